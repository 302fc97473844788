#!/bin/sh
# A Debian system of its own: systemd as process 1 in its own namespaces, over a copy-on-write view of a tree, so that
# nothing it does stays. $1: a folder to work in; $2: the tree, / for this very system; $3: the repository, seen read-only as
# /opt/swarmd; empty for none.
set -eu
folder=$1 tree=$2 repository=$3
mount --make-rprivate /
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
root=$folder/root
mount -t overlay overlay -o "lowerdir=$tree,upperdir=$folder/upper,workdir=$folder/work" "$root"
mount -t proc proc "$root/proc"
mount -t sysfs sysfs "$root/sys"
mount -t tmpfs tmpfs "$root/sys/fs/cgroup"
if mkdir "$root/sys/fs/cgroup/systemd" && mount -t cgroup -o none,name=systemd cgroup "$root/sys/fs/cgroup/systemd" 2>/dev/null; then
  for each in cpu,cpuacct cpu cpuacct memory devices pids; do
    mkdir -p "$root/sys/fs/cgroup/$each"
    mount -t cgroup -o "$each" cgroup "$root/sys/fs/cgroup/$each" 2>/dev/null || rmdir "$root/sys/fs/cgroup/$each"
  done
else
  umount "$root/sys/fs/cgroup"
  mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
fi
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for each in null zero full random urandom tty; do
  : >"$root/dev/$each"
  mount --bind "/dev/$each" "$root/dev/$each"
done
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue" "$root/dev/hugepages"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
mount -t tmpfs -o mode=1777 tmpfs "$root/dev/shm"
ln -s /proc/self/fd "$root/dev/fd"
for each in run tmp var/log var/lib/swarmd var/lib/private var/cache/private; do
  mkdir -p "$root/$each"
  mount -t tmpfs -o mode=755 tmpfs "$root/$each"
done
chmod 1777 "$root/tmp"
chmod 700 "$root/var/lib/private" "$root/var/cache/private"
umount "$root/var/lib/swarmd" && rmdir "$root/var/lib/swarmd" 2>/dev/null || true
mkdir -p "$root/var/log/journal"
if [ -n "$repository" ]; then
  mkdir -p "$root/opt/swarmd"
  mount --bind "$repository" "$root/opt/swarmd"
  mount -o remount,bind,ro "$root/opt/swarmd"
fi
ip link set lo up
rm -rf "$root"/etc/systemd/system/*.wants "$root/etc/machine-id"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
cat >"$root/etc/systemd/system/machine.target" <<'UNIT'
[Unit]
Requires=basic.target
Wants=systemd-journald.service
After=basic.target
AllowIsolate=yes
UNIT
export container=swarmd-test
# Not only chroot: what systemd unshares for a service starts at the root of the namespace.
mkdir -p "$root/mnt/before"
cd "$root"
pivot_root . mnt/before
cd /
umount --lazy /mnt/before
# As whoever boots a container does: what systemd mounts for a service in a namespace of its own is then seen by it too.
mount --make-rshared /
exec chroot . /lib/systemd/systemd --system --unit=machine.target --log-target=journal
