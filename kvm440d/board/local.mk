# SPDX-License-Identifier: GPL-2.0-or-later
libkvm440_a_SOURCES +=
