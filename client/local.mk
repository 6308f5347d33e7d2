# SPDX-License-Identifier: GPL-2.0-or-later
if ENABLE_BUS
# With its main: bin_PROGRAMS += client/kvm440ctl
client_kvm440ctl_SOURCES +=
endif
