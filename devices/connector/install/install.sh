#!/bin/sh
# Puts the unpacked connector in its place on Debian, Raspberry Pi OS or Armbian. Run as root, in the unpacked directory.
# Again with a newer one: an update; what it keeps and which networks it may reach stay.
set -eu
cd "$(dirname "$0")"
node=$(command -v node) || { echo 'Node.js 20.19 or newer is missing' >&2; exit 1; }
"$node" -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' ||
  { echo "Node.js $("$node" --version) is too old: 20.19 or newer" >&2; exit 1; }
getent passwd loa-lang >/dev/null ||
  useradd --system --home-dir /var/lib/loa-lang --shell /usr/sbin/nologin loa-lang
mkdir -p /opt/loa-lang-connector /etc/loa-lang
cp ./*.js ./*.md package.json LICENSE NOTICE /opt/loa-lang-connector/
[ -e /etc/loa-lang/connector.conf ] || cp connector.conf /etc/loa-lang/
cp loa-lang-connector.service /etc/systemd/system/
systemctl daemon-reload
systemctl enable loa-lang-connector
systemctl restart --no-block loa-lang-connector
echo 'In its place. Networks: /etc/loa-lang/connector.conf; log: journalctl -fu loa-lang-connector'
