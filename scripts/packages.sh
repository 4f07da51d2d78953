# SPDX-License-Identifier: Apache-2.0
# What each command needs of Debian 12, by package name; README.md says why.

# The server's core, and not mariadb-server: the same programs, without a daemon that starts by itself.
RUN_PACKAGES=(
  g++ cmake ninja-build pkgconf git ca-certificates curl
  libfcgi-dev libssl-dev libsodium-dev libmysqlcppconn-dev rapidjson-dev libcrypt-dev libcurl4-openssl-dev libzxcvbn-dev john-data
  mariadb-server-core mariadb-client-core spawn-fcgi multiwatch
  lighttpd lighttpd-modules-lua lighttpd-mod-openssl lighttpd-mod-deflate
)
TEST_PACKAGES=(
  libgtest-dev ccache python3 mariadb-client clang-format clang-tidy openssl fail2ban
  apache2 libapache2-mod-fcgid nginx-light php-cgi chromium chromium-driver python3-aiosmtpd msmtp oathtool zbar-tools
)
# Node is taken as it is found: other packages of it than Debian's bring npm along, and can't stand beside Debian's.
command -v npm >/dev/null || TEST_PACKAGES+=(nodejs npm)
BENCH_PACKAGES=(wrk)
# systemd itself: its tools look at the units, and a test boots it in namespaces of its own.
PACKAGE_PACKAGES=(dpkg-dev lintian systemd procps)
TEST_PACKAGES+=("${PACKAGE_PACKAGES[@]}")
# What the driver stands on in a static build.
HOSTING_PACKAGES=(libmariadb-dev zlib1g-dev)

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# require_packages NAME...: installs what is missing, or says in one sentence why it can't.
require_packages() {
  local missing=() package
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -gt 0 ] || return 0

  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing, and there is no sudo to install them: ${missing[*]}"
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  # Debian starts what it installs, now and at each boot; this product's servers are started by us, and no others.
  local policy=/usr/sbin/policy-rc.d had_policy=no
  # One with our mark is the leftover of a run that was killed here: it must not outlive this one too.
  [ -e $policy ] && ! grep -q gatehouse $policy && had_policy=yes
  [ $had_policy = yes ] || printf '#!/bin/sh\n# gatehouse\nexit 101\n' | "${as_root[@]}" install -m 755 /dev/stdin $policy
  local log status=0
  log=$(mktemp)
  { "${as_root[@]}" apt-get -q update &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "${missing[@]}"; } \
    </dev/null >"$log" 2>&1 || status=$?
  [ $had_policy = yes ] || "${as_root[@]}" rm -f $policy
  if [ -d /run/systemd/system ]; then
    for package in "${missing[@]}"; do "${as_root[@]}" systemctl disable --quiet "$package" 2>/dev/null || true; done
  fi
  if [ $status -ne 0 ]; then
    tail -n 5 "$log" >&2
    die "apt-get could not install ${missing[*]}; is there a network, and room on the disk?"
  fi
  rm -f "$log"
}
