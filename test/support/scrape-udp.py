"""Asks a UDP tracker (BEP 15) for the numbers of one swarm, without a line of the code under test.

Arguments: host, port, info hash in hex. Writes "seeders downloads leechers".
"""

import socket
import struct
import sys

host, port, info_hash = sys.argv[1], int(sys.argv[2]), bytes.fromhex(sys.argv[3])
asker = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
asker.settimeout(2)
asker.connect((host, port))


def ask(request):
    for _ in range(5):
        asker.send(request)
        try:
            return asker.recv(2048)
        except socket.timeout:
            continue
    sys.exit("no answer")


action, transaction, connection = struct.unpack(">IIQ", ask(struct.pack(">QII", 0x41727101980, 0, 7)))
assert (action, transaction) == (0, 7)
answer = ask(struct.pack(">QII", connection, 2, 8) + info_hash)
action, transaction, seeders, downloads, leechers = struct.unpack(">IIIII", answer)
assert (action, transaction) == (2, 8)
print(seeders, downloads, leechers)
