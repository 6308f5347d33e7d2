# SPDX-License-Identifier: GPL-2.0-or-later

# One guest: definition, assembly, threads, states. Part of "kvm440d run" as well.
libkvm440_a_SOURCES +=

# With its main: sbin_PROGRAMS += kvm440d/kvm440d
kvm440d_kvm440d_SOURCES +=

# Many guests: manager, jobs, state directory.
if ENABLE_BUS
libbus440_a_SOURCES +=
endif
