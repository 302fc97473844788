/**
 * The REST API as types, made of openapi.json by `npm run generate`: what openapi-fetch is given. Not to be edited.
 */
export interface paths {
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to start */
        get: operations["getLinks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Hear what happens (WebSocket)
         * @description Upgrades to a WebSocket. `hello` comes first, then `snapshot` in parts with all swarms (or, after a lost connection, with `epoch` and `since`, what was missed), then each event as it happens and `stats` once a second. The messages are described in asyncapi.json. Closed with 1001 when the service stops, with 1013 when the reader is more than 1 MiB behind, with 4401 when its token was revoked.
         */
        get: operations["streamEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List swarms
         * @description In the order they were added.
         */
        get: operations["listSwarms"];
        put?: never;
        /**
         * Add a torrent
         * @description Joins the swarm of a torrent: its bytes, or as JSON where they are. Adding one that is there already changes nothing and answers 200.
         */
        post: operations["addSwarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show a swarm */
        get: operations["getSwarm"];
        put?: never;
        post?: never;
        /**
         * Remove a swarm
         * @description Leaves the swarm and forgets it. Complete files stay unless data=delete.
         */
        delete: operations["removeSwarm"];
        options?: never;
        head?: never;
        /**
         * Change a swarm
         * @description Starts or stops it, limits its rates, chooses its files and their order. All is kept over restarts.
         */
        patch: operations["changeSwarm"];
        trace?: never;
    };
    "/swarm-actions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Do the same with several swarms
         * @description With those that are named, and no others. Each has its own result: one that fails stops none of the others, and the answer is 200 also when all of them failed.
         */
        post: operations["actOnSwarms"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/torrents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make a torrent and seed it
         * @description Reads the file or folder, makes a .torrent of it that announces this peer, and adds it. Answers when it is read; the .torrent is at /swarms/{infoHash}/metainfo.
         */
        post: operations["createTorrent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/recheck": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Read all pieces back
         * @description Leaves the swarm, compares every piece on disk with its hash, and joins again with what is right.
         */
        post: operations["recheckSwarm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/metainfo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the .torrent
         * @description Byte for byte as it was added; of a magnet link, made of what its peers gave, which is compared with the info hash.
         */
        get: operations["getMetainfo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the manifest
         * @description The pieces with their hashes, and the addresses that hold each. The same is told to other machines that ask for the torrent by its name, at GET /manifests/{name} of the peer port, unless it is private or stopped.
         */
        get: operations["getManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/magnet": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get a magnet link
         * @description To give to others, whatever client they use: POST it to /swarms of another peer. It names the trackers as the .torrent does, with whatever keys are in their URLs.
         */
        get: operations["getMagnet"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/peers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the connected peers
         * @description In the order they connected.
         */
        get: operations["listPeers"];
        put?: never;
        /** Add peers to connect to */
        post: operations["addPeers"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/pieces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the pieces
         * @description While the state is fetching-metadata nothing is known of them: there are none.
         */
        get: operations["getPieces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/choker": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show whom we serve, and why
         * @description Tit-for-tat at this moment: slots, countdown, every peer with its rank and reason.
         */
        get: operations["getChoker"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/choker/rounds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the decisions kept
         * @description The last 200 rounds, and the slots that changed hands between them, with all that was seen and decided. Oldest first; ask again with `since`.
         */
        get: operations["listChokerRounds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/fairness": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show how fair it came out
         * @description Bytes given and got by each peer, waits for a slot, and the indices of Jain over them.
         */
        get: operations["getFairness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the files
         * @description In the order they have in the torrent. While the state is fetching-metadata nothing is known of them: there are none.
         */
        get: operations["listFiles"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/trackers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the trackers
         * @description In the order of the torrent, tier by tier.
         */
        get: operations["listTrackers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/announce": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce now
         * @description Asks the trackers for peers at once, those too that failed, instead of when it is time.
         */
        post: operations["announceNow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/files/{index}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read a file
         * @description Also while it is downloaded: what is not here yet is asked for before all else, and the answer waits for it. Range (one part) begins anywhere. What a file has to be is known from the beginning, so its ETag is for ever: If-None-Match and If-Range hold (RFC 9110). When the file is switched off or the swarm stopped while the answer waits, it ends: with a problem before its first byte, else before its length.
         */
        get: operations["getFileContent"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/swarms/{infoHash}/files/{index}/content-tickets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let a browser read a file
         * @description Links and players of a page can not bring a token. The answer sets a cookie that opens the content of this one file for an hour, and nothing else; it ends with the token that it was asked with. Programs need none: they send the token.
         */
        post: operations["createContentTicket"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/limits": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show the limits of the rates */
        get: operations["getLimits"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change the limits of the rates
         * @description For all swarms together; at once, and kept over restarts.
         */
        patch: operations["changeLimits"];
        trace?: never;
    };
    "/network": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Show this member of the network */
        get: operations["getNetwork"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/network/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List all machines of the network
         * @description Every member has the same list. In the order of their ids.
         */
        get: operations["listMembers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/livez": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive?
         * @description Answers as long as the process does; it says nothing about swarms.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the service ready?
         * @description Peers can come, and the state can be written. Answers 503 with what is wrong when one is not so.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/version": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What runs here */
        get: operations["getVersion"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics for Prometheus
         * @description All metrics in the text format of Prometheus, version 0.0.4. openapi/metrics.md lists each with its help. Peers are named by the remote end of their socket; above the limit of a swarm (metrics-peers) the rest is summed as peer="other".
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics/targets": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Where metrics are to be had
         * @description For http_sd_configs of Prometheus: one Prometheus pointed at one peer finds all members of the network whose API can be reached from other machines, and for an hour those that went without a word, so that they are missed. This peer is named as the caller reached it.
         */
        get: operations["getMetricsTargets"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This description of the API */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the kinds of errors */
        get: operations["listProblems"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What an error means */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description An error, as RFC 9457 has it. */
        Problem: {
            /**
             * Format: uri-reference
             * @description Names the kind of problem; GET it to read about it.
             * @example /problems/swarm-not-found
             */
            type: string;
            /**
             * @description The kind of problem in words.
             * @example No such swarm
             */
            title: string;
            /**
             * @description The HTTP status.
             * @example 404
             */
            status: number;
            /**
             * @description Stable name of the kind of problem, for programs.
             * @example swarm-not-found
             */
            code: string;
            /**
             * @description What is wrong this time.
             * @example no swarm 0123456789abcdef0123456789abcdef01234567
             */
            detail: string;
            /**
             * @description What to do about it.
             * @example GET /swarms lists the info hashes of the swarms that are here.
             */
            action: string;
            /**
             * Format: uri-reference
             * @description Path of the request.
             * @example /swarms/0123456789abcdef0123456789abcdef01234567
             */
            instance: string;
            /**
             * @description Finds the request in the log of the service.
             * @example req-1f
             */
            requestId: string;
            /** @description Each thing that is wrong in the request. */
            errors?: {
                /**
                 * @description The part of the request.
                 * @example body
                 * @enum {string}
                 */
                in: "body" | "query" | "path" | "header";
                /**
                 * @description JSON Pointer into that part.
                 * @example #/addresses/0
                 */
                pointer: string;
                /**
                 * @description What is wrong there.
                 * @example must be string
                 */
                detail: string;
            }[];
            /** @description Of name-ambiguous: the torrents that have the name. */
            candidates?: {
                /**
                 * @description The torrent.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
                /**
                 * @description All its files together, as is said of it; null: not known. Bytes.
                 * @example 600000
                 */
                length: number | null;
                /**
                 * @description POST this to /swarms to add just this one.
                 * @example magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=music.txt&x.pe=10.0.0.248:5000
                 */
                magnet: string;
            }[];
        };
        /** @description A torrent that this peer takes part in. */
        Swarm: {
            /**
             * @description SHA-1 of the torrent's info dictionary: the name of the swarm.
             * @example 0123456789abcdef0123456789abcdef01234567
             */
            infoHash: string;
            /**
             * @description File or folder below shareable/; as long as there is no metadata, what the magnet link says, or the info hash. Hostile text: never show it as HTML.
             * @example lab-image.img
             */
            name: string;
            /**
             * @description seeder: has all pieces; peer: has some and wants some; leech: has none yet.
             * @example peer
             * @enum {string}
             */
            status: "seeder" | "peer" | "leech";
            /**
             * @description What this peer does in the swarm now.
             * @example downloading
             * @enum {string}
             */
            state: "checking" | "downloading" | "seeding" | "stalled" | "stopped" | "error" | "fetching-metadata";
            /**
             * @description Why it is in this state, in a sentence.
             * @example downloading from 3 of 5 peers
             */
            stateReason: string;
            /**
             * @description All files together; 0 as long as there is no metadata. Bytes.
             * @example 42949672960
             */
            length: number;
            /**
             * @description One piece; the last may be shorter. 0 as long as there is no metadata. Bytes.
             * @example 4194304
             */
            pieceLength: number;
            pieces: {
                /**
                 * @description Pieces of the torrent.
                 * @example 10240
                 */
                total: number;
                /**
                 * @description Pieces that are here and verified.
                 * @example 5120
                 */
                have: number;
            };
            /**
             * @description Part of the bytes that is here and verified, 0 to 1.
             * @example 0.5
             */
            progress: number;
            /**
             * @description Payload that comes in. Bytes per second.
             * @example 104857600
             */
            downloadRate: number;
            /**
             * @description Payload that goes out. Bytes per second.
             * @example 52428800
             */
            uploadRate: number;
            /**
             * @description Payload got since the swarm was added. Bytes.
             * @example 21474836480
             */
            downloaded: number;
            /**
             * @description Payload given since the swarm was added. Bytes.
             * @example 10737418240
             */
            uploaded: number;
            /**
             * @description Payload of no use: duplicates, failed hashes, blocks not asked for. Bytes.
             * @example 16384
             */
            wasted: number;
            /**
             * @description Until all that is wanted is here. Seconds, smoothed: it runs down like a clock and does not jump. 0 when it is complete, null when nobody knows.
             * @example 205
             */
            etaSeconds: number | null;
            /**
             * @description choked: all unchoke slots are taken, so who asks now has to wait.
             * @example choked
             * @enum {string}
             */
            uploadState: "open" | "choked";
            peers: {
                /**
                 * @description Peers with an open connection.
                 * @example 5
                 */
                connected: number;
                /**
                 * @description Peers that may download from here.
                 * @example 4
                 */
                unchoked: number;
                /**
                 * @description Peers that are being downloaded from.
                 * @example 3
                 */
                downloadingFrom: number;
                /**
                 * @description Peers whose address is known.
                 * @example 12
                 */
                known: number;
            };
            /**
             * @description Peers come from trackers only (BEP 27).
             * @example false
             */
            isPrivate: boolean;
            /**
             * @description Pieces come from the first to the last, and not rarest first.
             * @example false
             */
            sequential: boolean;
            /**
             * @description What may come in. Payload, bytes per second; null: no limit.
             * @example null
             */
            downloadLimit: number | null;
            /**
             * @description What may go out. Payload, bytes per second; null: no limit.
             * @example null
             */
            uploadLimit: number | null;
            /**
             * Format: date-time
             * @description When the swarm was added. RFC 3339, UTC.
             * @example 2026-01-31T09:30:00.000Z
             */
            addedAt: string;
            /**
             * Format: date-time
             * @description When the last piece was verified; null while pieces are missing. RFC 3339, UTC.
             * @example null
             */
            completedAt: string | null;
        };
        /** @description What became of one swarm: the swarm as it is now (but when it is gone), or the problem. */
        SwarmActionResult: {
            /**
             * @description The swarm, in lower case.
             * @example 0123456789abcdef0123456789abcdef01234567
             */
            infoHash: string;
            /**
             * @description The HTTP status that the same request for this swarm alone would have been answered with.
             * @example 200
             */
            status: number;
            swarm?: components["schemas"]["Swarm"];
            problem?: components["schemas"]["Problem"];
        };
        /** @description What became of each. */
        SwarmActions: {
            /** @description One for each swarm, in the order of the request. */
            results: components["schemas"]["SwarmActionResult"][];
            /**
             * @description How many of them have a problem.
             * @example 0
             */
            failed: number;
        };
        /** @description What a torrent is made of, and who has which piece of it. */
        Manifest: {
            /**
             * @description Name of the torrent: a file or folder below shareable/. Hostile text: never show it as HTML.
             * @example music.txt
             */
            name: string;
            /**
             * @description All pieces together. Bytes.
             * @example 600000
             */
            length: number;
            /**
             * @description One piece; the last may be shorter. Bytes.
             * @example 262144
             */
            pieceLength: number;
            /**
             * @description Pieces of the torrent.
             * @example 3
             */
            pieceCount: number;
            /**
             * @description The name of the swarm. All that is said here is worth no more than what this hash proves.
             * @example 0123456789abcdef0123456789abcdef01234567
             */
            infoHash: string;
            /**
             * @description Only its trackers name peers (BEP 27): its manifest is not given to other machines.
             * @example false
             */
            isPrivate: boolean;
            /** @description A run of the pieces, in order. */
            pieces: {
                /**
                 * @description Number of the piece, from 1: one more than its index elsewhere.
                 * @example 1
                 */
                number: number;
                /**
                 * @description The name of the torrent, a dot, and the number. Hostile text.
                 * @example music.txt.1
                 */
                name: string;
                /**
                 * @description The piece. Bytes.
                 * @example 262144
                 */
                length: number;
                /**
                 * @description SHA-1 of the piece.
                 * @example a9993e364706816aba3e25717850c26c9cd0d89d
                 */
                sha1: string;
                /**
                 * @description Who has it: this peer, connected ones that told where they let peers in, and members of the network that have all; 16 at most.
                 * @example [
                 *       "10.0.0.248:5000",
                 *       "10.0.0.251:5000"
                 *     ]
                 */
                holders: string[];
            }[];
            /**
             * @description Give it as `from` to get the pieces after these; null when there are none.
             * @example null
             */
            nextPiece: number | null;
        };
        /** @description A torrent as a link. */
        Magnet: {
            /**
             * @description The link (BEP 9): info hash, name, trackers, and this peer (x.pe) unless the torrent is private. All but plain letters is escaped.
             * @example magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=lab-image.img&x.pe=10.0.0.248:5000
             */
            magnet: string;
        };
        /** @description A peer that is connected in a swarm. */
        Peer: {
            /**
             * @description The remote end of the socket.
             * @example 10.0.0.251:5000
             */
            address: string;
            /**
             * @description The 20 bytes it calls itself (BEP 20), in hex.
             * @example 2d5357303130302d303132333435363738396162
             */
            peerId: string;
            /**
             * @description The program, as it says or as its peer id hints; empty when unknown. Show it as text, never as HTML.
             * @example swarmd 0.1.0
             */
            client: string;
            /**
             * @description inbound: it connected to us; outbound: we connected to it.
             * @example outbound
             * @enum {string}
             */
            direction: "inbound" | "outbound";
            /**
             * @description Our end of the socket.
             * @example 10.0.0.248:5001
             */
            localAddress: string;
            /**
             * @description Part of the pieces that it has, 0 to 1.
             * @example 0.75
             */
            progress: number;
            /**
             * @description Payload from it. Bytes per second.
             * @example 31457280
             */
            downloadRate: number;
            /**
             * @description Payload to it. Bytes per second.
             * @example 10485760
             */
            uploadRate: number;
            /**
             * @description Payload got from it. Bytes.
             * @example 1073741824
             */
            downloaded: number;
            /**
             * @description Payload given to it. Bytes.
             * @example 536870912
             */
            uploaded: number;
            /**
             * @description We do not give to it now.
             * @example false
             */
            amChoking: boolean;
            /**
             * @description It has pieces that we want, and it would be asked for them if it unchoked us.
             * @example true
             */
            amInterested: boolean;
            /**
             * @description It does not give to us now.
             * @example false
             */
            peerChoking: boolean;
            /**
             * @description It says that it wants pieces of us.
             * @example true
             */
            peerInterested: boolean;
            /**
             * @description It owes us blocks for too long.
             * @example false
             */
            snubbed: boolean;
            /**
             * @description The unchoke slot that it holds; null when it is choked.
             * @example regular
             * @enum {string|null}
             */
            slot: "regular" | "optimistic" | null;
            /**
             * @description Why it has a slot, or none. regular: has a slot by its rank in the last round; turn: has a slot because it waited longest (we seed); settling: got its slot so shortly before the round that it was not judged; optimistic: has the optimistic slot; free-slot: got a slot between rounds, as one was free; unused: choked: it held a slot and asked for nothing, while others waited; outranked: choked: others ranked higher in the last round; waiting: choked: it asked after the last round, and all slots are taken; not-interested: choked: it wants none of our pieces; seeder: choked: it has everything; upload-only: choked: it says that it only uploads; snubbed: choked: it owes us blocks and sends none; only the optimistic draw may pick it.
             * @example regular
             * @enum {string}
             */
            chokeCode: "regular" | "turn" | "settling" | "optimistic" | "free-slot" | "unused" | "outranked" | "waiting" | "not-interested" | "seeder" | "upload-only" | "snubbed";
            /**
             * @description The choker's last word about it, in a sentence.
             * @example regular: 2nd of 9 by rate, 3.1 MB/s
             */
            chokeReason: string;
            /**
             * @description Why we get data from it, or none. complete: we have everything; nothing-we-lack: it has nothing that we lack; snubbed: it owes us blocks and sends none; choked: it chokes us; spare: we download from as many as we may, and it is not among them; downloading: requests are in flight; all-asked: all that it has is asked of others; gives-way: it makes room for another: what it owes still comes; disk-behind: our disk is behind, so that we ask for nothing new; limited: our download limit is used up for the moment; metadata: the torrent came by a magnet link, and it gives us the metadata; no-metadata: the torrent came by a magnet link, and it has no metadata for us.
             * @example downloading
             * @enum {string}
             */
            downloadCode: "complete" | "nothing-we-lack" | "snubbed" | "choked" | "spare" | "downloading" | "all-asked" | "gives-way" | "disk-behind" | "limited" | "metadata" | "no-metadata";
            /**
             * @description Why we get data from it, or do not, in a sentence.
             * @example 64 requests in flight, 31.5 MB/s
             */
            downloadReason: string;
            /**
             * @description Blocks that we asked of it and wait for.
             * @example 128
             */
            requestsInFlight: number;
            /**
             * @description Blocks that it asked of us and waits for.
             * @example 16
             */
            uploadQueue: number;
            /**
             * Format: date-time
             * @description When the connection was made. RFC 3339, UTC.
             * @example 2026-01-31T09:30:01.000Z
             */
            connectedAt: string;
        };
        /** @description Which pieces are here, and who has the rest. */
        Pieces: {
            /**
             * @description Pieces of the torrent.
             * @example 12
             */
            total: number;
            /**
             * @description Pieces that are here and verified.
             * @example 9
             */
            have: number;
            /**
             * @description One piece; the last may be shorter. Bytes.
             * @example 262144
             */
            pieceLength: number;
            /**
             * Format: byte
             * @description The pieces that are here: one bit each, piece 0 in the highest bit of the first byte (BEP 3).
             * @example /4A=
             */
            bitfield: string;
            /**
             * @description For each piece, how many connected peers have it.
             * @example [
             *       3,
             *       3,
             *       1,
             *       2,
             *       3,
             *       3,
             *       3,
             *       1,
             *       2,
             *       3,
             *       3,
             *       3
             *     ]
             */
            availability: number[];
            /** @description Pieces of which some blocks are here or asked for. */
            inProgress: {
                /**
                 * @description Number of the piece.
                 * @example 9
                 */
                index: number;
                /**
                 * @description Blocks that it has.
                 * @example 16
                 */
                blocks: number;
                /**
                 * @description Blocks that are here.
                 * @example 11
                 */
                received: number;
                /**
                 * @description Blocks that are asked for.
                 * @example 5
                 */
                requested: number;
            }[];
        };
        /** @description What the choker saw of one peer, and what it decided. */
        ChokeDecision: {
            /**
             * @description The remote end of the socket.
             * @example 10.0.0.251:5000
             */
            address: string;
            /**
             * @description The 20 bytes it calls itself (BEP 20), in hex.
             * @example 2d5357303130302d303132333435363738396162
             */
            peerId: string;
            /**
             * @description Payload from it, over the rolling window. Bytes per second.
             * @example 3145728
             */
            downloadRate: number;
            /**
             * @description Payload to it, over the rolling window. Bytes per second.
             * @example 2097152
             */
            uploadRate: number;
            /**
             * @description What it is ranked by: its rate to us, the most first; while we seed the rate at which it took over the last minutes, with a slot half of an equal part of the uplink at least, and the least first. Bytes per second.
             * @example 3145728
             */
            rankedRate: number;
            /**
             * @description It wants pieces that we have.
             * @example true
             */
            interested: boolean;
            /**
             * @description It has all pieces.
             * @example false
             */
            seeder: boolean;
            /**
             * @description It says that it only uploads (BEP 21).
             * @example false
             */
            uploadOnly: boolean;
            /**
             * @description It owes us blocks for too long.
             * @example false
             */
            snubbed: boolean;
            /**
             * @description Since the last round it has held a slot and asked for nothing.
             * @example false
             */
            unused: boolean;
            /**
             * @description It has taken 16 MiB more than it paid for, at a twentieth, and chokes us or was asked for more. What it gave before counts for nothing; what it owes is remembered when it comes back.
             * @example false
             */
            freeRides: boolean;
            /**
             * @description Asked for blocks last, for ten seconds at least, it gave less than 8 KiB/s and owed one for five seconds. If it rides free, that is proof: it gets a hundredth of the uplink.
             * @example false
             */
            askedInVain: boolean;
            /**
             * @description Of our uplink: what it gave of all that those with a slot gave. 0 without a slot; while we seed all are alike.
             * @example 0.41
             */
            share: number;
            /**
             * @description The same in a sentence; null without a slot, and while we seed.
             * @example share 41 %: it gave 3.1 MB/s of 7.5 MB/s
             */
            shareReason: string | null;
            /**
             * @description How long it has had its slot, or has waited for one. Seconds.
             * @example 12.5
             */
            sinceSeconds: number;
            /**
             * @description How long it is connected. Seconds.
             * @example 95
             */
            connectedSeconds: number;
            /**
             * @description 1 is the best; 0: not ranked, as it can have no regular slot.
             * @example 2
             */
            rank: number;
            /**
             * @description The unchoke slot that it has; null when it is choked.
             * @example regular
             * @enum {string|null}
             */
            slot: "regular" | "optimistic" | null;
            /**
             * @description Why it has a slot, or none. regular: has a slot by its rank in the last round; turn: has a slot because it waited longest (we seed); settling: got its slot so shortly before the round that it was not judged; optimistic: has the optimistic slot; free-slot: got a slot between rounds, as one was free; unused: choked: it held a slot and asked for nothing, while others waited; outranked: choked: others ranked higher in the last round; waiting: choked: it asked after the last round, and all slots are taken; not-interested: choked: it wants none of our pieces; seeder: choked: it has everything; upload-only: choked: it says that it only uploads; snubbed: choked: it owes us blocks and sends none; only the optimistic draw may pick it.
             * @example regular
             * @enum {string}
             */
            code: "regular" | "turn" | "settling" | "optimistic" | "free-slot" | "unused" | "outranked" | "waiting" | "not-interested" | "seeder" | "upload-only" | "snubbed";
            /**
             * @description The same in a sentence, with the numbers of that moment.
             * @example regular: 2nd of 9 by rate, 3.1 MB/s
             */
            reason: string;
            /**
             * @description The slot that it had before.
             * @example null
             * @enum {string|null}
             */
            slotBefore: "regular" | "optimistic" | null;
        };
        /** @description A moment at which the choker decided. */
        ChokerRecord: {
            /**
             * @description Counts all records of this swarm since the service began.
             * @example 17
             */
            id: number;
            /**
             * @description round: all slots decided anew; between rounds, lost-slot: taken from who may not hold one; free-slot: given away.
             * @example round
             * @enum {string}
             */
            kind: "round" | "lost-slot" | "free-slot";
            /**
             * @description Number of the round, from 1; between rounds the one before.
             * @example 9
             */
            round: number;
            /**
             * Format: date-time
             * @description When it was decided. RFC 3339, UTC.
             * @example 2026-01-31T09:34:30.000Z
             */
            time: string;
            /**
             * @description We had all pieces: ranked by what peers have had lately, the least first; else by what they give us.
             * @example false
             */
            seeding: boolean;
            /**
             * @description Peers that may be unchoked at any instant.
             * @example 4
             */
            slots: number;
            /**
             * @description Peers unchoked after it.
             * @example 4
             */
            unchoked: number;
            /** @description How fair it came out so far. */
            fairness: {
                /**
                 * @description Jain's index (1/n to 1) of the bytes we gave each peer in a second in which it wanted some. 1: all alike. Null when none wanted any.
                 * @example 0.97
                 */
                given: number | null;
                /**
                 * @description Jain's index (1/n to 1) of given / got, over the peers that gave us something. 1: each gets in proportion to what it gives. Null when none gave any.
                 * @example 0.88
                 */
                reciprocity: number | null;
            };
            /** @description Of every peer that was connected. Between rounds most stand there as they were. */
            decisions: components["schemas"]["ChokeDecision"][];
        };
        /** @description How a peer stands with the choker now. */
        ChokeStanding: {
            /**
             * @description The remote end of the socket.
             * @example 10.0.0.251:5000
             */
            address: string;
            /**
             * @description The 20 bytes it calls itself (BEP 20), in hex.
             * @example 2d5357303130302d303132333435363738396162
             */
            peerId: string;
            /**
             * @description Payload from it, over the rolling window. Bytes per second.
             * @example 3145728
             */
            downloadRate: number;
            /**
             * @description Payload to it, over the rolling window. Bytes per second.
             * @example 2097152
             */
            uploadRate: number;
            /**
             * @description What it is ranked by: its rate to us, the most first; while we seed the rate at which it took over the last minutes, with a slot half of an equal part of the uplink at least, and the least first. Bytes per second.
             * @example 3145728
             */
            rankedRate: number;
            /**
             * @description It wants pieces that we have.
             * @example true
             */
            interested: boolean;
            /**
             * @description It has all pieces.
             * @example false
             */
            seeder: boolean;
            /**
             * @description It says that it only uploads (BEP 21).
             * @example false
             */
            uploadOnly: boolean;
            /**
             * @description It owes us blocks for too long.
             * @example false
             */
            snubbed: boolean;
            /**
             * @description Since the last round it has held a slot and asked for nothing.
             * @example false
             */
            unused: boolean;
            /**
             * @description It has taken 16 MiB more than it paid for, at a twentieth, and chokes us or was asked for more. What it gave before counts for nothing; what it owes is remembered when it comes back.
             * @example false
             */
            freeRides: boolean;
            /**
             * @description Asked for blocks last, for ten seconds at least, it gave less than 8 KiB/s and owed one for five seconds. If it rides free, that is proof: it gets a hundredth of the uplink.
             * @example false
             */
            askedInVain: boolean;
            /**
             * @description Of our uplink: what it gave of all that those with a slot gave. 0 without a slot; while we seed all are alike.
             * @example 0.41
             */
            share: number;
            /**
             * @description The same in a sentence; null without a slot, and while we seed.
             * @example share 41 %: it gave 3.1 MB/s of 7.5 MB/s
             */
            shareReason: string | null;
            /**
             * @description How long it has had its slot, or has waited for one. Seconds.
             * @example 12.5
             */
            sinceSeconds: number;
            /**
             * @description How long it is connected. Seconds.
             * @example 95
             */
            connectedSeconds: number;
            /**
             * @description 1 is the best; 0: not ranked, as it can have no regular slot.
             * @example 2
             */
            rank: number;
            /**
             * @description The unchoke slot that it has; null when it is choked.
             * @example regular
             * @enum {string|null}
             */
            slot: "regular" | "optimistic" | null;
            /**
             * @description Why it has a slot, or none. regular: has a slot by its rank in the last round; turn: has a slot because it waited longest (we seed); settling: got its slot so shortly before the round that it was not judged; optimistic: has the optimistic slot; free-slot: got a slot between rounds, as one was free; unused: choked: it held a slot and asked for nothing, while others waited; outranked: choked: others ranked higher in the last round; waiting: choked: it asked after the last round, and all slots are taken; not-interested: choked: it wants none of our pieces; seeder: choked: it has everything; upload-only: choked: it says that it only uploads; snubbed: choked: it owes us blocks and sends none; only the optimistic draw may pick it.
             * @example regular
             * @enum {string}
             */
            code: "regular" | "turn" | "settling" | "optimistic" | "free-slot" | "unused" | "outranked" | "waiting" | "not-interested" | "seeder" | "upload-only" | "snubbed";
            /**
             * @description The same in a sentence, with the numbers of that moment.
             * @example regular: 2nd of 9 by rate, 3.1 MB/s
             */
            reason: string;
        };
        /** @description Who may download from us, who is next, and whom we download from. */
        Choker: {
            /**
             * @description Peers that may be unchoked at any instant.
             * @example 4
             */
            slots: number;
            /**
             * @description Optimistic slots among them.
             * @example 1
             */
            optimisticSlots: number;
            /**
             * @description From round to round. Seconds.
             * @example 30
             */
            roundSeconds: number;
            /**
             * @description An optimistic turn. Seconds.
             * @example 30
             */
            optimisticSeconds: number;
            /**
             * @description Peers that are unchoked now.
             * @example 4
             */
            unchoked: number;
            /**
             * @description choked: all slots are taken, so who asks now has to wait.
             * @example choked
             * @enum {string}
             */
            uploadState: "open" | "choked";
            /**
             * @description We have all pieces.
             * @example false
             */
            seeding: boolean;
            /**
             * @description Rounds so far.
             * @example 9
             */
            round: number;
            /**
             * @description Of the newest record; what stands here follows from those up to it.
             * @example 42
             */
            lastRecordId: number;
            /**
             * @description Until the next round. Seconds; null before the first is set.
             * @example 12.5
             */
            nextRoundInSeconds: number | null;
            /**
             * @description Until the round that gives the optimistic slot to another, if another waits. Seconds; null when nobody has it.
             * @example 12.5
             */
            nextOptimisticInSeconds: number | null;
            /** @description Every connected peer, ranked by its rate of this moment; slot, code and reason are of the last decision. */
            ranking: components["schemas"]["ChokeStanding"][];
            /** @description The other half of tit-for-tat. */
            sources: {
                /**
                 * @description We download from at most so many at once.
                 * @example 4
                 */
                limit: number;
                /** @description Those that we download from. */
                peers: {
                    /**
                     * @description The remote end of the socket.
                     * @example 10.0.0.251:5000
                     */
                    address: string;
                    /**
                     * @description The 20 bytes it calls itself (BEP 20), in hex.
                     * @example 2d5357303130302d303132333435363738396162
                     */
                    peerId: string;
                    /**
                     * @description Payload from it, over the rolling window. Bytes per second.
                     * @example 31457280
                     */
                    downloadRate: number;
                    /**
                     * @description Blocks that we asked of it and wait for.
                     * @example 64
                     */
                    requestsInFlight: number;
                    /**
                     * @description How long we have downloaded from it. Seconds.
                     * @example 31
                     */
                    sinceSeconds: number;
                    /**
                     * @description It is asked for nothing more, and its place goes to another when all it owes is here.
                     * @example false
                     */
                    givesWay: boolean;
                    /**
                     * @description Why we get data from it, or none. complete: we have everything; nothing-we-lack: it has nothing that we lack; snubbed: it owes us blocks and sends none; choked: it chokes us; spare: we download from as many as we may, and it is not among them; downloading: requests are in flight; all-asked: all that it has is asked of others; gives-way: it makes room for another: what it owes still comes; disk-behind: our disk is behind, so that we ask for nothing new; limited: our download limit is used up for the moment; metadata: the torrent came by a magnet link, and it gives us the metadata; no-metadata: the torrent came by a magnet link, and it has no metadata for us.
                     * @example downloading
                     * @enum {string}
                     */
                    code: "complete" | "nothing-we-lack" | "snubbed" | "choked" | "spare" | "downloading" | "all-asked" | "gives-way" | "disk-behind" | "limited" | "metadata" | "no-metadata";
                    /**
                     * @description The same in a sentence.
                     * @example 64 requests in flight, 31.5 MB/s
                     */
                    reason: string;
                }[];
            };
            /** @description Decisions since the swarm was started, by code. */
            decisions: {
                /**
                 * @description Decisions: has a slot by its rank in the last round.
                 * @example 3
                 */
                regular: number;
                /**
                 * @description Decisions: has a slot because it waited longest (we seed).
                 * @example 3
                 */
                turn: number;
                /**
                 * @description Decisions: got its slot so shortly before the round that it was not judged.
                 * @example 3
                 */
                settling: number;
                /**
                 * @description Decisions: has the optimistic slot.
                 * @example 3
                 */
                optimistic: number;
                /**
                 * @description Decisions: got a slot between rounds, as one was free.
                 * @example 3
                 */
                "free-slot": number;
                /**
                 * @description Decisions: choked: it held a slot and asked for nothing, while others waited.
                 * @example 3
                 */
                unused: number;
                /**
                 * @description Decisions: choked: others ranked higher in the last round.
                 * @example 3
                 */
                outranked: number;
                /**
                 * @description Decisions: choked: it asked after the last round, and all slots are taken.
                 * @example 3
                 */
                waiting: number;
                /**
                 * @description Decisions: choked: it wants none of our pieces.
                 * @example 3
                 */
                "not-interested": number;
                /**
                 * @description Decisions: choked: it has everything.
                 * @example 3
                 */
                seeder: number;
                /**
                 * @description Decisions: choked: it says that it only uploads.
                 * @example 3
                 */
                "upload-only": number;
                /**
                 * @description Decisions: choked: it owes us blocks and sends none; only the optimistic draw may pick it.
                 * @example 3
                 */
                snubbed: number;
            };
        };
        /** @description What the choker came to: who gave and who was given how much, and how long they waited. */
        Fairness: {
            /**
             * @description Jain's index (1/n to 1) of the bytes we gave each peer in a second in which it wanted some. 1: all alike. Null when none wanted any.
             * @example 0.97
             */
            given: number | null;
            /**
             * @description Jain's index (1/n to 1) of given / got, over the peers that gave us something. 1: each gets in proportion to what it gives. Null when none gave any.
             * @example 0.88
             */
            reciprocity: number | null;
            /**
             * @description Of those that are connected, the longest wait for a slot, over or not. Seconds.
             * @example 61.5
             */
            longestWaitSeconds: number;
            /** @description Those that are connected, then those that left, the last one first (200 at most). */
            peers: {
                /**
                 * @description The remote end of the socket.
                 * @example 10.0.0.251:5000
                 */
                address: string;
                /**
                 * @description The 20 bytes it calls itself (BEP 20), in hex.
                 * @example 2d5357303130302d303132333435363738396162
                 */
                peerId: string;
                /**
                 * @description It is connected now.
                 * @example true
                 */
                connected: boolean;
                /**
                 * @description Payload to it, over this connection. Bytes.
                 * @example 536870912
                 */
                given: number;
                /**
                 * @description Payload from it. Bytes.
                 * @example 1073741824
                 */
                got: number;
                /**
                 * @description given / got; null when it gave nothing.
                 * @example 0.5
                 */
                reciprocity: number | null;
                /**
                 * @description From its first interest until the first byte of a block left for it. Seconds; null: none yet.
                 * @example 0.004
                 */
                firstByteSeconds: number | null;
                /**
                 * @description All its waits for a slot together. Seconds.
                 * @example 90
                 */
                waitedSeconds: number;
                /**
                 * @description The longest of them. Seconds.
                 * @example 61.5
                 */
                longestWaitSeconds: number;
                /**
                 * @description With a slot. Seconds.
                 * @example 300
                 */
                servedSeconds: number;
                /**
                 * @description Slots it got.
                 * @example 3
                 */
                turns: number;
            }[];
        };
        /** @description A file of a torrent. */
        File: {
            /**
             * @description Number of the file in the torrent.
             * @example 0
             */
            index: number;
            /**
             * @description Path below shareable/, with slashes. Show it as text, never as HTML.
             * @example lab-image/disk.img
             */
            path: string;
            /**
             * @description Length of the file. Bytes.
             * @example 42949672960
             */
            length: number;
            /**
             * @description Where it begins in the torrent. Bytes.
             * @example 0
             */
            offset: number;
            /**
             * @description How much the file is wanted: its pieces come before those of lower ones; off: they do not come at all.
             * @example normal
             * @enum {string}
             */
            priority: "off" | "low" | "normal" | "high";
            /**
             * @description Part of its bytes that is here and verified, 0 to 1.
             * @example 0.5
             */
            progress: number;
        };
        /** @description A tracker that a torrent names. */
        Tracker: {
            /**
             * @description Its announce URL. Passkeys (long parts of the path, values of the query) are shown as ***.
             * @example udp://10.0.0.248:5000/announce
             */
            url: string;
            /**
             * @description Tiers are asked in order, the next when all of one failed (BEP 12).
             * @example 0
             */
            tier: number;
            /**
             * @description working: it answered; announcing: it is being asked; waiting: not asked as long as one before it answers; failed: no good answer; own: this machine itself; refused: a URL that is not asked; stopped: the swarm is not running.
             * @example working
             * @enum {string}
             */
            status: "working" | "announcing" | "waiting" | "failed" | "own" | "refused" | "stopped";
            /**
             * @description The same in a sentence.
             * @example answered with 3 peers; asked again in 28 s
             */
            statusReason: string;
            /**
             * Format: date-time
             * @description When it last answered or failed; null before. RFC 3339, UTC.
             * @example 2026-01-31T09:30:00.000Z
             */
            lastAnnounceAt: string | null;
            /**
             * Format: date-time
             * @description When it is asked again; null when that is not planned. RFC 3339, UTC.
             * @example 2026-01-31T09:30:30.000Z
             */
            nextAnnounceAt: string | null;
            /**
             * @description Seeders that it knows, as it last said.
             * @example 2
             */
            seeders: number | null;
            /**
             * @description Others that it knows, as it last said.
             * @example 5
             */
            leechers: number | null;
            /**
             * @description Peers that it named in its last answer.
             * @example 3
             */
            peers: number | null;
            /**
             * @description Failed announces since the last good one.
             * @example 0
             */
            failures: number;
            /**
             * @description Why the last announce failed; null when it did not. Show it as text, never as HTML.
             * @example null
             */
            lastError: string | null;
        };
        /** @description The limits of all swarms together. Each swarm can have its own beside. */
        Limits: {
            /**
             * @description What may come in. Payload, bytes per second, on average over a second; null: no limit.
             * @example 1048576
             */
            downloadLimit: number | null;
            /**
             * @description What may go out. Payload, bytes per second, on average over a second; null: no limit.
             * @example 1048576
             */
            uploadLimit: number | null;
        };
        /** @description This peer as a member of the network. */
        Network: {
            /**
             * @description Id of this peer in the network, kept over restarts.
             * @example 6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11
             */
            memberId: string;
            /**
             * @description Name of the machine, as it says.
             * @example lab-7
             */
            name: string;
            /**
             * @description Version of the service.
             * @example 0.1.0
             */
            version: string;
            /**
             * Format: date-time
             * @description When the service was started. RFC 3339, UTC.
             * @example 2026-01-31T09:30:00.000Z
             */
            startedAt: string;
            /**
             * @description IP addresses at which others reach it.
             * @example [
             *       "10.0.0.248"
             *     ]
             */
            addresses: string[];
            /**
             * @description Port for peers and tracker requests.
             * @example 5000
             */
            peerPort: number;
            /**
             * @description Port of its API; 0 when it tells none.
             * @example 5080
             */
            apiPort: number;
            /**
             * @description Announce URLs of the tracker in this peer, for torrents and other clients.
             * @example [
             *       "http://10.0.0.248:5000/announce",
             *       "udp://10.0.0.248:5000"
             *     ]
             */
            trackers: string[];
            members: {
                /**
                 * @description Members that are there, this one among them.
                 * @example 60
                 */
                alive: number;
                /**
                 * @description Members that somebody misses.
                 * @example 0
                 */
                suspect: number;
                /**
                 * @description Members that left within the last minute, or were lost within the last hour.
                 * @example 1
                 */
                gone: number;
            };
            /**
             * @description Members that this one exchanges the membership with directly.
             * @example 8
             */
            linked: number;
        };
        MemberSwarm: {
            /**
             * @description Info hash of the swarm.
             * @example 0123456789abcdef0123456789abcdef01234567
             */
            infoHash: string;
            /**
             * @description Name of the torrent; null when the peer that you ask is not in this swarm.
             * @example lab-image.img
             */
            name: string | null;
            /**
             * @description seeder: has all pieces; peer: has some and wants some; leech: has none yet.
             * @example peer
             * @enum {string}
             */
            status: "seeder" | "peer" | "leech";
            /**
             * @description What it does in the swarm.
             * @example downloading
             * @enum {string}
             */
            state: "checking" | "downloading" | "seeding" | "stalled" | "stopped" | "error" | "fetching-metadata";
            /**
             * @description Part of the bytes that it has, 0 to 1.
             * @example 0.5
             */
            progress: number;
            /**
             * @description Payload that it gets. Bytes per second.
             * @example 104857600
             */
            downloadRate: number;
            /**
             * @description Payload that it gives. Bytes per second.
             * @example 52428800
             */
            uploadRate: number;
            /**
             * @description Seconds until it has all, by its own reckoning; null when that is not known.
             * @example 205
             */
            etaSeconds: number | null;
            /**
             * @description It is not complete and does not get on.
             * @example false
             */
            isStuck: boolean;
        };
        /** @description A machine of the network. */
        Member: {
            /**
             * @description Its id in the network.
             * @example 6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11
             */
            memberId: string;
            /**
             * @description Name of the machine, as it says.
             * @example lab-7
             */
            name: string;
            /**
             * @description alive: it is there; suspect: a member can not reach it, which it may refute; gone: it left, or nobody can reach it.
             * @example alive
             * @enum {string}
             */
            state: "alive" | "suspect" | "gone";
            /**
             * @description Why it is in this state, in a sentence.
             * @example heard of, and nobody misses it
             */
            stateReason: string;
            /**
             * @description It said so before it went; one that is gone without a word is missed.
             * @example false
             */
            hasLeft: boolean;
            /**
             * @description It is the peer that you ask.
             * @example false
             */
            isSelf: boolean;
            /**
             * @description It is heard directly, not through others.
             * @example true
             */
            isLinked: boolean;
            /**
             * @description IP addresses at which others reach it.
             * @example [
             *       "10.0.0.248"
             *     ]
             */
            addresses: string[];
            /**
             * @description Port for peers and tracker requests.
             * @example 5000
             */
            peerPort: number;
            /**
             * @description Port of its API; 0 when it tells none.
             * @example 5080
             */
            apiPort: number;
            /**
             * @description The program, as it says. Show it as text, never as HTML.
             * @example swarmd 0.1.0
             */
            version: string;
            /**
             * Format: date-time
             * @description When a word of it last came, directly or through others. RFC 3339, UTC.
             * @example 2026-01-31T09:30:00.000Z
             */
            lastHeardAt: string;
            /**
             * Format: date-time
             * @description Since when it is in this state. RFC 3339, UTC.
             * @example 2026-01-31T09:30:00.000Z
             */
            stateSince: string;
            /** @description Its swarms; private ones are never told. */
            swarms: components["schemas"]["MemberSwarm"][];
            /**
             * @description Swarms that it is in beside these.
             * @example 0
             */
            swarmsOmitted: number;
        };
        /** @description A kind of error. */
        ProblemKind: {
            /**
             * @description The `type` of a Problem.
             * @example /problems/swarm-not-found
             */
            type: string;
            /**
             * @description The `code` of a Problem.
             * @example swarm-not-found
             */
            code: string;
            /**
             * @description The HTTP status that it comes with.
             * @example 404
             */
            status: number;
            /**
             * @description What it is.
             * @example No such swarm
             */
            title: string;
            /**
             * @description What to do about it.
             * @example GET /swarms lists the info hashes of the swarms that are here.
             */
            action: string;
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLinks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Links for programs; the page for a browser, which asks for text/html. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description The program.
                         * @example swarmd
                         */
                        name: string;
                        /**
                         * @description Version of the service.
                         * @example 0.1.0
                         */
                        version: string;
                        /** @description What can be read without knowing more. */
                        links: {
                            /**
                             * @description The operation's name in the OpenAPI document.
                             * @example listSwarms
                             */
                            rel: string;
                            /**
                             * @description Where it is.
                             * @example /swarms
                             */
                            href: string;
                            /**
                             * @description What is there.
                             * @example List swarms
                             */
                            title: string;
                        }[];
                    };
                    "text/html": string;
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    streamEvents: {
        parameters: {
            query?: {
                /**
                 * @description What to hear of, with commas: swarms, stats, peers, choker, network.
                 * @example swarms,stats
                 */
                topics?: string;
                /**
                 * @description Info hashes, with commas: only of these. With the topic peers, their peers come each second.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                swarms?: string;
                /**
                 * @description Of the hello of the lost connection.
                 * @example 9f86d081884c7d65
                 */
                epoch?: string;
                /**
                 * @description The last seq that was read; needs epoch.
                 * @example 1042
                 */
                since?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A WebSocket from here on. */
            101: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `upgrade-required`: This is a WebSocket. */
            426: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-readers`: Too many read at the same time. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listSwarms: {
        parameters: {
            query?: {
                /**
                 * @description At most so many items.
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description The `nextCursor` of the page before. Opaque.
                 * @example MjAyNi0wMS0wMQ
                 */
                cursor?: string;
                /**
                 * @description Only swarms that this peer has this status in.
                 * @example seeder
                 */
                status?: "seeder" | "peer" | "leech";
                /**
                 * @description Only swarms in this state.
                 * @example stalled
                 */
                state?: "checking" | "downloading" | "seeding" | "stalled" | "stopped" | "error" | "fetching-metadata";
                /**
                 * @description Only swarms with this in their name, in either case.
                 * @example image
                 */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of swarms. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Swarm"][];
                        /**
                         * @description Give it as `cursor` to get the next page; null on the last.
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addSwarm: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-bittorrent": unknown;
                /**
                 * @example {
                 *       "path": "images/lab-image.torrent"
                 *     }
                 */
                "application/json": {
                    /**
                     * @description Path of a .torrent below torrents/.
                     * @example images/lab-image.torrent
                     */
                    path?: string;
                    /**
                     * @description A magnet link (BEP 9), xt=urn:btih:, with dn, tr and x.pe as wanted: the metadata is fetched from peers, and until it is here the state is fetching-metadata.
                     * @example magnet:?xt=urn:btih:0123456789abcdef0123456789abcdef01234567&dn=lab-image.img&x.pe=10.0.0.248:5000
                     */
                    magnet?: string;
                    /**
                     * @description The name of a torrent (its file or folder): the members of the network are asked for it, which takes up to 10 s; it goes on as by a magnet link. A torrent of this name that is here already is the one.
                     * @example music.txt
                     */
                    name?: string;
                };
            };
        };
        responses: {
            /** @description The swarm was there already. */
            200: {
                headers: {
                    /** @description Path of the swarm. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description The swarm is new. */
            201: {
                headers: {
                    /** @description Path of the swarm. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `torrent-not-found`: No such .torrent file. `name-not-found`: Nobody has a torrent of this name. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `name-ambiguous`: Several torrents have this name. `swarm-conflict`: The swarm is there already, and differs. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-torrent`: Not a valid .torrent. `invalid-magnet`: Not a valid magnet link. `invalid-name`: No torrent can have this name. `unsupported-torrent`: This kind of torrent is not supported. `path-outside-torrents`: The path leads out of torrents/. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage`: The disk refused. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getSwarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A torrent that this peer takes part in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    removeSwarm: {
        parameters: {
            query?: {
                /**
                 * @description delete: complete files in shareable/ go too. A partial file goes in any case.
                 * @example delete
                 */
                data?: "keep" | "delete";
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is gone. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage`: The disk refused. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeSwarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description started: take part in the swarm; stopped: leave it.
                     * @example stopped
                     * @enum {string}
                     */
                    state?: "started" | "stopped";
                    /**
                     * @description Pieces from the first to the last, and not rarest first.
                     * @example true
                     */
                    sequential?: boolean;
                    /**
                     * @description What may come in. Payload, bytes per second, on average over a second; null: no limit.
                     * @example 1048576
                     */
                    downloadLimit?: number | null;
                    /**
                     * @description What may go out. Payload, bytes per second, on average over a second; null: no limit.
                     * @example 1048576
                     */
                    uploadLimit?: number | null;
                    /** @description What is to be another; other files stay as they are. */
                    files?: {
                        /**
                         * @description Number of the file in the torrent.
                         * @example 3
                         */
                        index: number;
                        /**
                         * @description How much the file is wanted: its pieces come before those of lower ones; off: they do not come at all.
                         * @example normal
                         * @enum {string}
                         */
                        priority: "off" | "low" | "normal" | "high";
                    }[];
                };
            };
        };
        responses: {
            /** @description A torrent that this peer takes part in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. `file-not-found`: No such file. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata-missing`: The metadata of the torrent is not here yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage`: The disk refused. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    actOnSwarms: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description The swarms, each by name: there is no word for all of them. */
                    infoHashes: string[];
                    /**
                     * @description What to do with each: as PATCH, POST …/recheck, POST …/announce or DELETE of that swarm alone.
                     * @example change
                     * @enum {string}
                     */
                    action: "change" | "recheck" | "announce" | "remove";
                    change?: {
                        /**
                         * @description started: take part in the swarm; stopped: leave it.
                         * @example stopped
                         * @enum {string}
                         */
                        state?: "started" | "stopped";
                        /**
                         * @description Pieces from the first to the last, and not rarest first.
                         * @example true
                         */
                        sequential?: boolean;
                        /**
                         * @description What may come in. Payload, bytes per second, on average over a second; null: no limit.
                         * @example 1048576
                         */
                        downloadLimit?: number | null;
                        /**
                         * @description What may go out. Payload, bytes per second, on average over a second; null: no limit.
                         * @example 1048576
                         */
                        uploadLimit?: number | null;
                        /** @description What is to be another; other files stay as they are. */
                        files?: {
                            /**
                             * @description Number of the file in the torrent.
                             * @example 3
                             */
                            index: number;
                            /**
                             * @description How much the file is wanted: its pieces come before those of lower ones; off: they do not come at all.
                             * @example normal
                             * @enum {string}
                             */
                            priority: "off" | "low" | "normal" | "high";
                        }[];
                    };
                    /**
                     * @description With the action remove: delete: complete files in shareable/ go too.
                     * @default keep
                     * @example keep
                     * @enum {string}
                     */
                    data?: "keep" | "delete";
                };
            };
        };
        responses: {
            /** @description What became of each. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SwarmActions"];
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `body-too-large`: The body is too large. */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createTorrent: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description Name of a file or folder right in shareable/. The torrent gets this name.
                     * @example lab-image.img
                     */
                    name: string;
                    /**
                     * @description Bytes, a power of two. If left out, such that there are 1000 to 2000 pieces.
                     * @example 4194304
                     * @enum {integer}
                     */
                    pieceLength?: 16384 | 32768 | 65536 | 131072 | 262144 | 524288 | 1048576 | 2097152 | 4194304 | 8388608 | 16777216;
                    /**
                     * @description Peers come from trackers only (BEP 27).
                     * @default false
                     * @example false
                     */
                    private?: boolean;
                    /**
                     * @description For people.
                     * @example autumn term
                     */
                    comment?: string;
                    /** @description Announce URLs beside that of this peer, which comes first. */
                    trackers?: string[];
                };
            };
        };
        responses: {
            /** @description The swarm was there already. */
            200: {
                headers: {
                    /** @description Path of the swarm. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description The swarm is new. */
            201: {
                headers: {
                    /** @description Path of the swarm. */
                    location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `file-not-found`: No such file. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-conflict`: The swarm is there already, and differs. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unshareable`: No torrent can be made of this. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage`: The disk refused. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    recheckSwarm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It began; the state is checking soon. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Swarm"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-stopped`: The swarm is stopped. `metadata-missing`: The metadata of the torrent is not here yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetainfo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The .torrent. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-bittorrent": unknown;
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata-missing`: The metadata of the torrent is not here yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getManifest: {
        parameters: {
            query?: {
                /**
                 * @description Number of the first piece wanted.
                 * @example 1
                 */
                from?: number;
                /**
                 * @description Pieces at most.
                 * @example 256
                 */
                count?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a torrent is made of, and who has which piece of it. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Manifest"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata-missing`: The metadata of the torrent is not here yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMagnet: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A torrent as a link. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Magnet"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listPeers: {
        parameters: {
            query?: {
                /**
                 * @description At most so many items.
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description The `nextCursor` of the page before. Opaque.
                 * @example MjAyNi0wMS0wMQ
                 */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of peers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Peer"][];
                        /**
                         * @description Give it as `cursor` to get the next page; null on the last.
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    addPeers: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /** @description Where peers of this swarm listen. */
                    addresses: string[];
                };
            };
        };
        responses: {
            /** @description Default Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description How many were not known before. They are dialled as slots allow.
                         * @example 2
                         */
                        added: number;
                    };
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-stopped`: The swarm is stopped. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `invalid-address`: Not the address of a peer. */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getPieces: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Which pieces are here, and who has the rest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Pieces"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getChoker: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who may download from us, who is next, and whom we download from. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Choker"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-stopped`: The swarm is stopped. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listChokerRounds: {
        parameters: {
            query?: {
                /**
                 * @description Only records whose id is greater: give the last one you have. Left out: the newest ones.
                 * @example 17
                 */
                since?: number;
                /**
                 * @description At most so many records.
                 * @example 20
                 */
                limit?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The decisions kept: the last 200 rounds and what was between, in at most 1 MiB. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /** @description Oldest first. */
                        items: components["schemas"]["ChokerRecord"][];
                        /**
                         * @description Of the newest record there is.
                         * @example 42
                         */
                        lastId: number;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFairness: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the choker came to: who gave and who was given how much, and how long they waited. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Fairness"];
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-stopped`: The swarm is stopped. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listFiles: {
        parameters: {
            query?: {
                /**
                 * @description At most so many items.
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description The `nextCursor` of the page before. Opaque.
                 * @example MjAyNi0wMS0wMQ
                 */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of files. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["File"][];
                        /**
                         * @description Give it as `cursor` to get the next page; null on the last.
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listTrackers: {
        parameters: {
            query?: {
                /**
                 * @description At most so many items.
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description The `nextCursor` of the page before. Opaque.
                 * @example MjAyNi0wMS0wMQ
                 */
                cursor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of trackers. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Tracker"][];
                        /**
                         * @description Give it as `cursor` to get the next page; null on the last.
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    announceNow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The trackers are being asked; see in the list of trackers how that goes. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": Record<string, never>;
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-stopped`: The swarm is stopped. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getFileContent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
                /**
                 * @description Number of the file in the torrent.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The whole file. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description The part that was asked for. */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "*/*": unknown;
                };
            };
            /** @description You have it: its tag is in If-None-Match. */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. `file-not-found`: No such file. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata-missing`: The metadata of the torrent is not here yet. `swarm-stopped`: The swarm is stopped. `file-switched-off`: The file is switched off, and not all here. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `range-not-satisfiable`: The file does not reach that far. */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. `too-many-readers`: Too many read at the same time. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    createContentTicket: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The swarm's info hash: 40 hex digits, in either case.
                 * @example 0123456789abcdef0123456789abcdef01234567
                 */
                infoHash: string;
                /**
                 * @description Number of the file in the torrent.
                 * @example 0
                 */
                index: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a browser needs to read one file. */
            201: {
                headers: {
                    /** @description The ticket. For no path but that of this file, hidden from scripts, and never sent by pages of other sites. */
                    "set-cookie"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * Format: date-time
                         * @description Until then the content of this file is opened by the cookie that came with this answer.
                         * @example 2026-01-01T01:00:00.000Z
                         */
                        expiresAt: string;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `swarm-not-found`: No such swarm. `file-not-found`: No such file. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `metadata-missing`: The metadata of the torrent is not here yet. `swarm-stopped`: The swarm is stopped. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `not-ready`: It is not ready for this now. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The limits of all swarms together. Each swarm can have its own beside. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    changeLimits: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    /**
                     * @description What may come in. Payload, bytes per second, on average over a second; null: no limit.
                     * @example 1048576
                     */
                    downloadLimit?: number | null;
                    /**
                     * @description What may go out. Payload, bytes per second, on average over a second; null: no limit.
                     * @example 1048576
                     */
                    uploadLimit?: number | null;
                };
            };
        };
        responses: {
            /** @description The limits of all swarms together. Each swarm can have its own beside. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Limits"];
                };
            };
            /** @description `invalid-json`: The body is not valid JSON. `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `unsupported-media-type`: The media type of the body is not taken here. */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `storage`: The disk refused. */
            507: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getNetwork: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description This peer as a member of the network. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Network"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listMembers: {
        parameters: {
            query?: {
                /**
                 * @description At most so many items.
                 * @example 100
                 */
                limit?: number;
                /**
                 * @description The `nextCursor` of the page before. Opaque.
                 * @example MjAyNi0wMS0wMQ
                 */
                cursor?: string;
                /**
                 * @description Only members in this state.
                 * @example alive
                 */
                state?: "alive" | "suspect" | "gone";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A page of members. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["Member"][];
                        /**
                         * @description Give it as `cursor` to get the next page; null on the last.
                         * @example null
                         */
                        nextCursor: string | null;
                    };
                };
            };
            /** @description `invalid-request`: The request does not fit its schema. */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Always ok.
                         * @example ok
                         * @enum {string}
                         */
                        status: "ok";
                    };
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All is right. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description All checks are right.
                         * @example true
                         */
                        ready: boolean;
                        /** @description One by one. */
                        checks: {
                            /**
                             * @description What was looked at.
                             * @example state
                             */
                            name: string;
                            /**
                             * @description It is right.
                             * @example true
                             */
                            ok: boolean;
                            /**
                             * @description In words.
                             * @example /srv/swarmd/.swarmd can be written
                             */
                            detail: string;
                        }[];
                    };
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description At least one check failed. */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description All checks are right.
                         * @example true
                         */
                        ready: boolean;
                        /** @description One by one. */
                        checks: {
                            /**
                             * @description What was looked at.
                             * @example state
                             */
                            name: string;
                            /**
                             * @description It is right.
                             * @example true
                             */
                            ok: boolean;
                            /**
                             * @description In words.
                             * @example /srv/swarmd/.swarmd can be written
                             */
                            detail: string;
                        }[];
                    };
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getVersion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Version of the service.
                         * @example 0.1.0
                         */
                        version: string;
                        /**
                         * @description Version of Node.js that runs it.
                         * @example v24.0.0
                         */
                        runtime: string;
                        /**
                         * @description Id of this peer, kept over restarts.
                         * @example 6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11
                         */
                        memberId: string;
                        /**
                         * Format: date-time
                         * @description When the service was started. RFC 3339, UTC.
                         * @example 2026-01-31T09:30:00.000Z
                         */
                        startedAt: string;
                    };
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics of this moment. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getMetricsTargets: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One entry a member. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        /**
                         * @description Host and port of the API of a member.
                         * @example [
                         *       "10.0.0.248:5080"
                         *     ]
                         */
                        targets: string[];
                        /**
                         * @description Labels before relabelling: __meta_swarmd_member_id is the id of the member.
                         * @example {
                         *       "__meta_swarmd_member_id": "6d223864-6a3b-4f2e-9a55-0b1e8f2d7c11"
                         *     }
                         */
                        labels: {
                            [key: string]: string;
                        };
                    }[];
                };
            };
            /** @description `token-missing`: A token is needed. `token-invalid`: The token is not valid. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. `scope-missing`: The token does not open this. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `too-many-attempts`: Too many wrong tokens from this address. */
            429: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An OpenAPI 3.1 document. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    listProblems: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Default Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        items: components["schemas"]["ProblemKind"][];
                        nextCursor: null;
                    };
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description The code.
                 * @example swarm-not-found
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A kind of error. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemKind"];
                };
            };
            /** @description `foreign-origin`: Requests from other web sites are refused. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `route-not-found`: No such route. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description `wrong-host`: The Host header names another server. */
            421: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description Any other problem. */
            default: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
