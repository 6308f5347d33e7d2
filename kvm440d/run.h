/* SPDX-License-Identifier: GPL-2.0-or-later */
/* kvm440d run: one guest in the foreground, without a bus. */
#ifndef KVM440_RUN_H
#define KVM440_RUN_H

/* argv[0] is "run". Returns the process's exit status. */
int run_main(int argc, char **argv);
/* Complains of the option to which getopt_long(), with opterr 0, has just answered '?'. */
void complain_of_option(const char *program, char **argv);

#endif
