# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	quickstart \
	tools/bench \
	tools/build-guest \
	tools/build-powerpc \
	tools/build-tree \
	tools/format \
	tools/guest/busybox.config \
	tools/guest/linux.config \
	tools/guest/root/etc/group \
	tools/guest/root/etc/init.d/rcS \
	tools/guest/root/etc/inittab \
	tools/guest/root/etc/passwd \
	tools/guest/root/etc/profile \
	tools/install-packages \
	tools/lib.sh \
	tools/packages.txt \
	tools/powerpc-libraries.sh \
	tools/tap-count.awk
