#!/usr/bin/python3
"""A name server on loopback, by Debian's python3-dnslib, that answers from a zone file over UDP and TCP.

    tests/support/name_server.py ZONE

Prints the port that it took, and ends with its standard input. The file is in the form of BIND and is read anew for each
question, so that a test may change it. Names that are not in it, nor above one that is, do not exist.
"""

import socketserver
import sys

from dnslib import QTYPE, RCODE, RR
from dnslib.server import BaseResolver, DNSLogger, DNSServer

ALIASES_MAX = 8


class ZoneFile(BaseResolver):
    def __init__(self, path):
        self.path = path

    def resolve(self, request, handler):
        with open(self.path, encoding="utf-8") as file:
            records = RR.fromZone(file.read())
        reply = request.reply()
        name, wanted = str(request.q.qname).lower(), QTYPE[request.q.qtype]
        exists = any(str(each.rname).lower() == name or str(each.rname).lower().endswith("." + name) for each in records)
        for _ in range(ALIASES_MAX):
            here = [each for each in records if str(each.rname).lower() == name]
            found = [each for each in here if QTYPE[each.rtype] == wanted]
            aliases = [each for each in here if QTYPE[each.rtype] == "CNAME"]
            reply.add_answer(*(found or aliases))
            if found or not aliases:
                break
            name = str(aliases[0].rdata.label).lower()
        if not exists:
            reply.header.rcode = RCODE.NXDOMAIN
        return reply


class Datagrams(socketserver.ThreadingUDPServer):
    daemon_threads = True


class Streams(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def listen(resolver, quiet):
    """Both kinds on one port; where somebody has its TCP half, on another one."""
    while True:
        datagrams = DNSServer(resolver, address="127.0.0.1", port=0, logger=quiet, server=Datagrams)
        port = datagrams.server.server_address[1]
        try:
            streams = DNSServer(resolver, address="127.0.0.1", port=port, tcp=True, logger=quiet, server=Streams)
        except OSError:
            datagrams.server.server_close()
            continue
        return datagrams, streams, port


def main():
    resolver = ZoneFile(sys.argv[1])
    quiet = DNSLogger("-request,-reply,-truncated,-error", False)
    datagrams, streams, port = listen(resolver, quiet)
    datagrams.start_thread()
    streams.start_thread()
    print(port, flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    main()
