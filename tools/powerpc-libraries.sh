# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2154 # cache is lib.sh's
#
# What is built for a 440 host from Debian's sources and kept in the cache; sourced, after lib.sh.
# All of it is static. A library's entry has lib/pkgconfig/NAME.pc, which may be moved with it.

host=powerpc-linux-gnu

need_tools() {
	local tool
	for tool in "$@"; do
		command -v "$tool" >/dev/null || die "$tool is missing: run tools/install-packages powerpc powerpc-service"
	done
}

# pc NAME VERSION LIBS CFLAGS: out/lib/pkgconfig/NAME.pc.
pc() {
	mkdir -p out/lib/pkgconfig
	cat >"out/lib/pkgconfig/$1.pc" <<-END
		prefix=\${pcfiledir}/../..
		Name: $1
		Description: $1 for $host, static
		Version: $2
		Cflags: $4
		Libs: -L\${prefix}/lib $3
	END
}

# archive LIBRARY FLAGS FILE...: compiles the files into out/lib/libLIBRARY.a.
archive() {
	local library=$1 flags=$2 file
	shift 2
	mkdir -p out/lib
	for file in "$@"; do
		# shellcheck disable=SC2086 # they are words
		$host-gcc -O2 -g $flags -c "$file" -o "$(basename "$file" .c).o"
	done
	$host-ar cr "out/lib/lib$library.a" ./*.o
}

# configured SOURCE OPTION...: configures a source that uses autoconf, in its own directory, static.
configured() {
	local source=$1
	shift
	PKG_CONFIG_LIBDIR=$(pkgconfig "${entries[@]}") PKG_CONFIG_PATH='' run_logged configure.log env -C "$source" ./configure -q \
		--host=$host --build="$(gcc -dumpmachine)" --prefix=/usr --sysconfdir=/etc --localstatedir=/var --runstatedir=/run \
		--disable-shared --enable-static "$@"
}

# systemd_configured CFLAGS OPTION...: configures systemd in b/, with nothing but what is asked for.
systemd_configured() {
	local flags=$1 name off=()
	shift
	for name in efi tpm nscd initrd utmp hibernate ldconfig resolve environment-d binfmt coredump pstore oomd logind hostnamed \
		localed machined portabled sysext userdb networkd timedated timesyncd nss-myhostname nss-mymachines nss-resolve \
		nss-systemd firstboot randomseed backlight vconsole quotacheck sysusers tmpfiles hwdb rfkill xdg-autostart \
		translations gshadow idn smack ima kernel-install repart sysupdate homed remote importd man html tests; do
		off+=("-D$name=false")
	done
	cat >cross <<-END
		[binaries]
		c = '$host-gcc'
		ar = '$host-ar'
		strip = '$host-strip'
		objcopy = '$host-objcopy'
		pkgconfig = 'pkg-config'
		[properties]
		pkg_config_libdir = '$(pkgconfig "${entries[@]}"):$PWD/unused'
		[built-in options]
		c_args = ['${flags// /\', \'}']
		[host_machine]
		system = 'linux'
		cpu_family = 'ppc'
		cpu = 'ppc'
		endian = 'big'
	END
	# The python3 that Debian's jinja2 belongs to.
	PATH=/usr/bin:/bin run_logged meson.log meson setup b systemd --cross-file cross --buildtype=minsize -Dmode=release \
		-Dsplit-usr=false -Dsplit-bin=true "${off[@]}" "$@"
	# Not all that includes version.h says so.
	run_logged systemd.log ninja -C b version.h
}

# entry NAME FUNCTION PACKAGE TIME [ENTRY...]: the directory of that cache entry, which is built when it is missing: by
# FUNCTION, with $version being that of the source of Debian's PACKAGE, and with the directories of the entries it is made
# with. Wants cache_lock.
entry() {
	local name=$1 function=$2 package=$3 time=$4 key helper uses=()
	shift 4
	version=$(source_version "$package")
	entries=("$@")
	for helper in pc archive configured systemd_configured; do
		! grep -qw "$helper" <<<"$(declare -f "$function")" || uses+=("$helper")
	done
	key=$({ echo "$version $compiler" "${entries[@]##*/}"; declare -f "$function" "${uses[@]}"; } | content_key)
	cache_entry "$name-powerpc-$key" "$function" "building $name $version for powerpc ($time)"
}

# pkgconfig ENTRY...: where pkg-config is to look for them.
pkgconfig() {
	local all
	all=$(printf ':%s/lib/pkgconfig' "$@")
	printf '%s\n' "${all#:}"
}

build_json() {
	fetch_source json-c "$version"
	run_logged json-c.log cmake -S json-c -B b -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR=ppc \
		-DCMAKE_C_COMPILER=$host-gcc -DCMAKE_BUILD_TYPE=RelWithDebInfo \
		-DCMAKE_INSTALL_LIBDIR=lib -DBUILD_SHARED_LIBS=OFF -DBUILD_APPS=OFF -DBUILD_TESTING=OFF
	run_logged json-c.log cmake --build b -j "$(jobs)"
	run_logged json-c.log cmake --install b --prefix "$PWD/out"
	rm -rf out/lib/pkgconfig out/lib/cmake
	pc json-c "${version%%-*}" -ljson-c "-I\${prefix}/include/json-c -I\${prefix}/include"
}

build_fdt() {
	local src=device-tree-compiler/libfdt
	if ! fetch_source device-tree-compiler "$version"; then
		say "the archive does not deliver device-tree-compiler $version: taking libfdt from linux-source-6.1"
		src=linux-source-6.1/scripts/dtc/libfdt
		tar xf /usr/src/linux-source-6.1.tar.xz "$src"
	fi
	archive fdt "-I$src" "$src"/*.c
	mkdir -p out/include
	cp "$src/fdt.h" "$src/libfdt.h" "$src/libfdt_env.h" out/include/
	pc libfdt "${version%%-*}" -lfdt "-I\${prefix}/include"
}

# Its own build would want autoreconf, for three files.
build_expat() {
	local src=expat/expat/lib
	fetch_source expat "$version" or-another
	cat >expat_config.h <<-END
		#define BYTEORDER 4321
		#define HAVE_GETRANDOM 1
		#define XML_CONTEXT_BYTES 1024
		#define XML_DTD 1
		#define XML_GE 1
		#define XML_NS 1
	END
	archive expat "-I. -I$src" "$src"/{xmlparse,xmlrole,xmltok}.c
	mkdir -p out/include
	cp "$src/expat.h" "$src/expat_external.h" out/include/
	pc expat "${version%%-*}" -lexpat "-I\${prefix}/include"
}

build_cap() {
	fetch_source libcap2 "$version"
	run_logged libcap.log make -C libcap2/libcap libcap.a CROSS_COMPILE=$host- BUILD_CC=gcc
	mkdir -p out/lib
	cp libcap2/libcap/libcap.a out/lib/
	cp -r libcap2/libcap/include out/
	local number=${version#*:}
	pc libcap "${number%%-*}" -lcap "-I\${prefix}/include"
}

# dbus-daemon alone, with the configuration and the units of its system bus.
build_dbus() {
	fetch_source dbus "$version"
	configured dbus --with-system-socket=/run/dbus/system_bus_socket --with-systemdsystemunitdir=/usr/lib/systemd/system \
		--disable-tests --enable-systemd --disable-selinux --disable-apparmor --disable-libaudit --without-x \
		--disable-xml-docs --disable-doxygen-docs --disable-ducktype-docs CFLAGS=-O2
	run_logged dbus.log make -j "$(jobs)" -C dbus/dbus
	run_logged bus.log make -j "$(jobs)" -C dbus/bus LDFLAGS=-all-static dbus-daemon system.conf dbus.service dbus.socket
	mkdir -p out/usr/{bin,lib/systemd/system,share/dbus-1/system.d,share/dbus-1/system-services}
	$host-strip -o out/usr/bin/dbus-daemon dbus/bus/dbus-daemon
	cp dbus/bus/dbus.{service,socket} out/usr/lib/systemd/system/
	cp dbus/bus/system.conf out/usr/share/dbus-1/
}

# meson asks for libmount and libcrypt whatever is built; libsystemd has nothing of them.
build_libsystemd() {
	fetch_source systemd "$version"
	mkdir -p unused out/include/systemd out/lib
	printf 'Name: mount\nDescription: none\nVersion: 2.30\n' >unused/mount.pc
	printf 'Name: libcrypt\nDescription: none\nVersion: 1\n' >unused/libcrypt.pc
	systemd_configured "-I${entries[0]}/include" -Dskip-deps=true -Dstatic-libsystemd=true
	run_logged systemd.log ninja -C b -j "$(jobs)" libsystemd.a
	cp b/libsystemd.a out/lib/
	cp systemd/src/systemd/{_sd-common,sd-bus,sd-bus-protocol,sd-bus-vtable,sd-daemon,sd-event,sd-id128,sd-login}.h \
		out/include/systemd/
	local number=${version%%-*}
	pc libsystemd "${number%%.*}" "-lsystemd -L\${prefix}/../${entries[0]##*/}/lib -lcap" "-I\${prefix}/include"
}

# To be linked into a library of systemd's, some of whose names its own helpers have too: they are hidden in one object.
build_mount() {
	fetch_source util-linux "$version"
	configured util-linux --disable-all-programs --enable-libblkid --enable-libmount --disable-nls --without-systemd \
		--without-udev --without-python --without-selinux --disable-asciidoc --disable-poman CFLAGS='-O2 -fPIC'
	run_logged libmount.log make -j "$(jobs)" -C util-linux libmount.la libblkid.la
	$host-ld -r -o mount.o --whole-archive util-linux/.libs/libmount.a --no-whole-archive util-linux/.libs/libblkid.a
	$host-objcopy --wildcard --keep-global-symbol='mnt_*' mount.o
	mkdir -p out/lib out/include/libmount
	$host-ar cr out/lib/libmount.a mount.o
	cp util-linux/libmount/src/libmount.h out/include/libmount/
	pc mount "${version%%-*}" -lmount "-I\${prefix}/include/libmount"
}

build_crypt() {
	fetch_source libxcrypt "$version"
	run_logged autoreconf.log env -C libxcrypt autoreconf -fi
	configured libxcrypt --enable-hashes=strong --disable-werror CFLAGS='-O2 -fPIC'
	run_logged libcrypt.log make -j "$(jobs)" -C libxcrypt libcrypt.la crypt.h
	mkdir -p out/lib out/include
	cp libxcrypt/.libs/libcrypt.a out/lib/
	cp libxcrypt/crypt.h out/include/
	local number=${version#*:}
	pc libcrypt "${number%%-*}" -lcrypt "-I\${prefix}/include"
}

build_seccomp() {
	fetch_source libseccomp "$version"
	configured libseccomp --with-pic --disable-python
	run_logged libseccomp.log make -j "$(jobs)" -C libseccomp/src libseccomp.la
	mkdir -p out/lib out/include
	cp libseccomp/src/.libs/libseccomp.a out/lib/
	cp libseccomp/include/seccomp{,-syscalls}.h out/include/
	pc libseccomp "${version%%-*}" -lseccomp "-I\${prefix}/include"
}

# systemd itself, as far as a host in a test needs it: PID 1, journal, sysusers and tmpfiles, with the C library.
build_systemd() {
	local units=(basic sysinit sockets timers paths slices local-fs local-fs-pre swap multi-user shutdown umount final reboot)
	local etc=out/usr/lib/systemd entry file flags=
	units=("${units[@]/%/.target}" systemd-reboot.service systemd-journald.socket systemd-journald-dev-log.socket)
	fetch_source systemd "$version"
	for entry in "${entries[@]}"; do
		flags="$flags${flags:+ }-I$entry/include"
	done
	systemd_configured "$flags" -Dseccomp=true -Dopenssl=false -Dsysusers=true -Dtmpfiles=true
	run_logged systemd.log ninja -C b -j "$(jobs)" systemd systemctl journalctl units/systemd-journald.service \
		systemd-{shutdown,journald,sysusers,tmpfiles}
	mkdir -p out/lib out/usr/{bin,share/dbus-1/system.d,share/dbus-1/system-services} "$etc/system"
	# Without its policy it may not have its name on the bus, and dbus-daemon starts no unit.
	cp systemd/src/core/org.freedesktop.systemd1.conf out/usr/share/dbus-1/system.d/
	cp systemd/src/core/org.freedesktop.systemd1.service out/usr/share/dbus-1/system-services/
	cp -L /usr/$host/lib/{ld.so.1,libc.so.6,libm.so.6} out/lib/
	for file in b/src/{core,shared}/libsystemd-*.so; do
		$host-strip -o "out/lib/${file##*/}" "$file"
	done
	for file in systemd systemd-shutdown systemd-journald; do
		$host-strip -o "$etc/$file" "b/$file"
	done
	for file in systemctl journalctl systemd-sysusers systemd-tmpfiles; do
		$host-strip -o "out/usr/bin/$file" "b/$file"
	done
	cp "${units[@]/#/systemd/units/}" b/units/systemd-journald.service "$etc/system/"
}
