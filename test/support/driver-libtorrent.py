"""One libtorrent session that fetches or seeds one torrent. Its one argument is a JSON object (see libtorrent-client.ts).

Writes JSON lines: {"event": "status", ...} every 100 ms when something changed, {"event": "done"} at the moment the
last piece was verified, {"event": "error", "message": ...}.
"""

import json
import signal
import sys

import libtorrent as lt

options = json.loads(sys.argv[1])
stopping = False


def stop(_signal, _frame):
    global stopping
    stopping = True


signal.signal(signal.SIGTERM, stop)
signal.signal(signal.SIGINT, stop)


def say(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


session = lt.session(
    {
        "listen_interfaces": "%s:%d" % (options["address"], options["port"]),
        "outgoing_interfaces": options["address"],
        "enable_dht": False,
        "enable_lsd": options["lsd"],
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        # 1: tries it, and falls back to plain; 2: plain only.
        "out_enc_policy": 1 if options["encrypted"] else 2,
        "in_enc_policy": 1,
        "alert_mask": lt.alert.category_t.status_notification
        | lt.alert.category_t.error_notification
        | lt.alert.category_t.storage_notification,
        "allow_multiple_connections_per_ip": True,
    }
)

if options["magnet"]:
    parameters = lt.parse_magnet_uri(options["magnet"])
else:
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(options["torrentPath"])
parameters.save_path = options["folder"]
parameters.flags &= ~lt.torrent_flags.auto_managed
parameters.flags &= ~lt.torrent_flags.paused
if not options["lsd"]:
    parameters.flags |= lt.torrent_flags.disable_lsd
if not options["pex"]:
    parameters.flags |= lt.torrent_flags.disable_pex
torrent = session.add_torrent(parameters)
for host, port in options["peers"]:
    torrent.connect_peer((host, port))

last = None


def report():
    global last
    status = torrent.status()
    fields = {
        "state": str(status.state),
        "progress": status.progress,
        "uploaded": status.total_payload_upload,
        "downloaded": status.total_payload_download,
        "peers": [
            {
                "address": "%s:%d" % peer.ip,
                "client": peer.client.decode("utf-8", "replace"),
                "uploaded": peer.total_upload,
                "downloaded": peer.total_download,
            }
            for peer in torrent.get_peer_info()
        ],
    }
    if fields != last:
        last = fields
        say("status", **fields)


while not stopping:
    session.wait_for_alert(100)
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_finished_alert):
            say("done")
        elif isinstance(alert, (lt.torrent_error_alert, lt.file_error_alert, lt.listen_failed_alert)):
            say("error", message=alert.message())
    report()
