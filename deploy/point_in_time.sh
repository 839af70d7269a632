#!/bin/sh
# Point-in-time recovery of the database (docs/operations.md). As the user of PostgreSQL:
#
#   point_in_time.sh base FOLDER [OPTION]…       copies the server to FOLDER/base (options of pg_basebackup)
#   point_in_time.sh recover FOLDER DATA [TIME]  makes the data directory DATA, as of TIME or of the last moment
#
# pg_receivewal writes FOLDER/wal (deploy/portal-wal.service). Keeps two copies, and the WAL since the
# older one.
set -eu
umask 077

fail() {
    echo "$1" >&2
    exit 1
}

copies() {
    find "$1/base" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' 2>/dev/null | sort
}

base() {
    folder=$1
    shift
    [ -d "$folder/wal" ] || fail "There is no $folder/wal: start pg_receivewal first, or the copy has no log behind it."
    mkdir -p "$folder/base"
    rm -rf "$folder"/base/*.partial
    made=$folder/base/now.partial
    pg_basebackup -D "$made" -Ft -z -X fetch --checkpoint=fast "$@"
    # Named by its end time, the earliest point that it can recover.
    copy=$folder/base/$(date -u +%Y%m%dT%H%M%SZ)
    mv "$made" "$copy"
    copies "$folder" | head -n -2 | while read -r old; do rm -rf "$old"; done
    oldest=$(copies "$folder" | head -n 1)
    first=$(tar -xzOf "$oldest/base.tar.gz" backup_label | sed -n 's/^START WAL.*file \([0-9A-F]*\)).*/\1/p')
    pg_archivecleanup "$folder/wal" "$first"
    echo "$copy: $(du -sh "$copy" | cut -f 1), with the log since $first"
}

recover() {
    folder=$1 data=$2 time=${3-}
    copy=$(copies "$folder" | tail -n 1)
    if [ -n "$time" ]; then
        # The newest copy completed before that time.
        before=$(date -u -d "$time" +%Y%m%dT%H%M%SZ) || fail "$time is no moment; write it like 2026-12-02 08:30:00+08."
        copy=$(copies "$folder" | while read -r one; do
            if [ "$(basename "$one")" \< "$before" ]; then echo "$one"; fi
        done | tail -n 1)
    fi
    [ -n "$copy" ] || fail "There is no copy of the server in $folder/base${time:+ from before $time}."
    if [ -n "$(ls -A "$data" 2>/dev/null)" ]; then
        fail "$data is not empty: move it away, or name a new folder."
    fi
    mkdir -p "$data"
    chmod 700 "$data"
    tar -xzf "$copy/base.tar.gz" -C "$data"
    wal=$(cd "$folder/wal" && pwd)
    # The segment that was being received ends in .partial.
    {
        echo "restore_command = 'cp \"$wal/%f\" \"%p\" 2>/dev/null || cp \"$wal/%f.partial\" \"%p\" 2>/dev/null'"
        echo "recovery_target_timeline = 'latest'"
        if [ -n "$time" ]; then
            echo "recovery_target_time = '$time'"
            echo "recovery_target_action = 'promote'"
        fi
    } >>"$data/postgresql.auto.conf"
    touch "$data/recovery.signal"
    echo "$data: from the copy $(basename "$copy")${time:+, as of $time}. Start the server on it."
}

case ${1-} in
base) [ $# -ge 2 ] && { shift && base "$@"; } || fail "Use: point_in_time.sh base FOLDER [OPTION]…" ;;
recover) [ $# -ge 3 ] && { shift && recover "$@"; } || fail "Use: point_in_time.sh recover FOLDER DATA [TIME]" ;;
*) fail "Use: point_in_time.sh base|recover …" ;;
esac
