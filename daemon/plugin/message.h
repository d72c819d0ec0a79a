/* SPDX-License-Identifier: LGPL-2.1-or-later
 *
 * The language spoken on an engine's socket, between the plugin inside pppd (C) and the supervisor (C++).
 * Where a program of ours is the engine (serial lines, L2TP), it stands in between: it speaks for itself, is
 * the supervisor towards the plugin, and passes on what is not its own.
 *
 * One SOCK_SEQPACKET datagram is one fact:
 *
 *     u8 version | u8 kind | fields...        field: u16 tag | u16 length | length bytes
 *
 * Numbers are in the host's byte order (both ends run on one machine) and sent with the width named beside
 * the tag; addresses are in network order; texts are bytes as the peer sent them: not terminated, not
 * checked, not UTF-8. A reader skips tags it does not know; a datagram with a broken field or another version
 * is dropped whole. An engine that knows nothing of a question does not answer it.
 */
#ifndef PPP_MANAGER_MESSAGE_H
#define PPP_MANAGER_MESSAGE_H

#define PPPM_VERSION 1
#define PPPM_MAX_DATAGRAM 4096       /* bytes, the header included; a text is cut so that the datagram fits */
#define PPPM_MAX_TEXT 1024           /* bytes of a peer's text that are kept */
#define PPPM_MAX_ROUND_TRIP 60000000 /* µs; what comes later measures nothing */
#define PPPM_MAX_SECRET 255          /* bytes, pppd's MAXSECRETLEN less its terminator */

/* kind: what a datagram says. Engine to supervisor unless noted. */
enum pppm_kind {
	PPPM_HELLO = 1,          /* first of all: PID, TEXT = pppd's version */
	PPPM_PHASE = 2,          /* PHASE */
	PPPM_SECRETS_WANTED = 3, /* once, at the plugin's start; no fields */
	PPPM_SECRETS = 4,        /* supervisor to engine: PASSWORD, TUNNEL_SECRET, PEER_SECRET where there are */
	PPPM_AUTH = 5,           /* AUTH_PROTOCOL, VERDICT, TEXT = the peer's message, CHAP_DIGEST for CHAP */
	PPPM_IP4 = 6,            /* IPCP is open: INTERFACE, IFINDEX, LOCAL, PEER, DNS* (0 to 2 times), MTU */
	PPPM_IP4_DOWN = 7,
	PPPM_IP6 = 8, /* IPV6CP is open: INTERFACE, IFINDEX, LOCAL_ID, PEER_ID, MTU */
	PPPM_IP6_DOWN = 9,
	PPPM_LCP = 10,             /* LCP is open: MRU (ours, accepted), PEER_MRU */
	PPPM_LCP_TERMINATED = 11,  /* the peer's Terminate-Request came in: TEXT where it gave one */
	PPPM_SESSION = 12,         /* PPPoE session exists: SESSION_ID, PEER_MAC, AC_NAME, MAX_PAYLOAD */
	PPPM_DISCOVERY = 13,       /* the first PADO of a concentrator in this discovery: PEER_MAC, AC_NAME */
	PPPM_DISCOVERY_ERROR = 14, /* in a PADO or PADS: ERROR_TAG, PEER_MAC, TEXT; not repeated */
	PPPM_PROTOCOL_REJECTED = 15, /* by the peer: PROTOCOL, 0x8057 IPV6CP, 0x8021 IPCP */
	PPPM_EXIT = 16,       /* pppd's last word: STATUS = its exit code, or the one a later hang-up hid */
	PPPM_ECHO = 17,       /* supervisor to engine: measure the round trip to the peer; no fields */
	PPPM_ECHO_REPLY = 18, /* MICROSECONDS. None comes where LCP is not open or the peer is silent */
	PPPM_DEBUG = 19,      /* supervisor to engine: ENABLED = whether pppd logs its packets from now on */
	PPPM_REPEAT = 20, /* supervisor to engine: say again how things stand; no fields. The latest SESSION,
	                   * PHASE, DEMAND, IP4 and IP6 that still hold come again: a supervisor may have died
	                   * over them. So do an unanswered READY_WANTED, and TUNNEL, SERVER, MODEM and an
	                   * unanswered PIN_WANTED of an engine program */
	/* From here on: engine programs only, never the plugin. */
	PPPM_TUNNEL =
		21, /* the control connection is up: TUNNEL_ID, PEER_TUNNEL_ID, HOST_NAME = the peer's */
	PPPM_FAILURE = 22,    /* why it ends, EXIT follows: REASON, TEXT = the words of modem or peer, raw;
	                       * PASSING = 1 where the machine was only short of something */
	PPPM_PIN_WANTED = 23, /* the modem asks for its PIN; no fields */
	PPPM_PIN = 24,        /* supervisor to engine: PIN, or no field where there is none to be tried */
	PPPM_PIN_RESULT = 25, /* VERDICT accepted or refused, TEXT = the modem's words */
	PPPM_SERVER = 26,     /* before the first packet to it, and before an address of ours is chosen:
	                       * ADDRESS, whose route is to be pinned. PINNED answers */
	PPPM_MODEM = 27,      /* TEXT = what the modem said to it: "CONNECT 115200" */
	PPPM_PINNED = 29,     /* supervisor to engine: ADDRESS as in SERVER; its route is pinned, or needs none */
	/* The plugin's again. */
	PPPM_DAMAGED = 28,   /* COUNT = frames of this link that came in damaged, as far as the kernel noticed */
	PPPM_PEER_AUTH = 40, /* the peer proves itself to us: AUTH_PROTOCOL, VERDICT, TEXT = the name it gave,
	                      * CHAP_DIGEST for CHAP */
	PPPM_LCP_CLOSED = 41, /* we end the link: TEXT = what pppd tells the peer */
	PPPM_DEMAND = 42,     /* the interface waits for traffic, INTERFACE, IFINDEX, MTU, with the addresses LOCAL
	                       * and PEER, made up where the options name none. The next PHASE says that some
	                       * came */
	PPPM_READY_WANTED = 43, /* with option ppp-manager-hold, once: the interface is there and has no address,
	                         * INTERFACE, IFINDEX. It gets none before READY, or 5 s after it could have one */
	PPPM_READY = 44         /* supervisor to engine: it may have its addresses; no fields */
};

/* tag: what a field holds, and its width on the wire. */
enum pppm_tag {
	PPPM_T_PID = 1,            /* u32 */
	PPPM_T_TEXT = 2,           /* bytes */
	PPPM_T_PHASE = 3,          /* u32, enum pppm_phase */
	PPPM_T_PASSWORD = 4,       /* bytes, up to PPPM_MAX_SECRET */
	PPPM_T_AUTH_PROTOCOL = 5,  /* u32: 0xc023 PAP, 0xc223 CHAP, 0xc227 EAP */
	PPPM_T_VERDICT = 6,        /* u32, enum pppm_verdict */
	PPPM_T_INTERFACE = 7,      /* bytes */
	PPPM_T_IFINDEX = 8,        /* u32 */
	PPPM_T_LOCAL = 9,          /* 4 bytes */
	PPPM_T_PEER = 10,          /* 4 bytes */
	PPPM_T_DNS = 11,           /* 4 bytes */
	PPPM_T_MTU = 12,           /* u32, bytes */
	PPPM_T_LOCAL_ID = 13,      /* 8 bytes, interface identifier */
	PPPM_T_PEER_ID = 14,       /* 8 bytes */
	PPPM_T_MRU = 15,           /* u32, bytes */
	PPPM_T_PEER_MRU = 16,      /* u32, bytes */
	PPPM_T_SESSION_ID = 17,    /* u32, host order */
	PPPM_T_PEER_MAC = 18,      /* 6 bytes */
	PPPM_T_AC_NAME = 19,       /* bytes */
	PPPM_T_ERROR_TAG = 20,     /* u32: 0x0201 Service-Name, 0x0202 AC-System, 0x0203 Generic (RFC 2516) */
	PPPM_T_STATUS = 21,        /* u32, pppd(8) EXIT STATUS */
	PPPM_T_PROTOCOL = 22,      /* u32, PPP protocol number */
	PPPM_T_CHAP_DIGEST = 23,   /* u32: 5 MD5, 0x80 MS-CHAP, 0x81 MS-CHAPv2 */
	PPPM_T_MICROSECONDS = 24,  /* u32, 1 to PPPM_MAX_ROUND_TRIP */
	PPPM_T_ENABLED = 25,       /* u32, 0 or 1 */
	PPPM_T_TUNNEL_SECRET = 26, /* bytes, up to PPPM_MAX_SECRET */
	PPPM_T_PIN = 27,           /* bytes, up to PPPM_MAX_SECRET */
	PPPM_T_REASON = 28,        /* bytes: a word of core/reason.cpp */
	PPPM_T_TUNNEL_ID = 29,     /* u32 */
	PPPM_T_PEER_TUNNEL_ID = 30, /* u32 */
	PPPM_T_HOST_NAME = 31,      /* bytes */
	PPPM_T_ADDRESS = 32,        /* 4 or 16 bytes */
	PPPM_T_MAX_PAYLOAD = 33,    /* u32, bytes that PADS granted (RFC 4638); 0: none */
	PPPM_T_COUNT = 34,          /* u32 */
	PPPM_T_PASSING = 35,        /* u32, 0 or 1 */
	PPPM_T_PEER_SECRET = 40     /* bytes, up to PPPM_MAX_SECRET: what the peer has to prove; else PASSWORD is */
};

/* Our own numbers for pppd's phases, so that the supervisor does not depend on pppd's headers. */
enum pppm_phase {
	PPPM_PHASE_DEAD = 0,
	PPPM_PHASE_INITIALIZE = 1,
	PPPM_PHASE_SERIALCONN = 2, /* the channel connects: for PPPoE, discovery */
	PPPM_PHASE_DORMANT = 3,    /* dials when there is traffic: DEMAND follows */
	PPPM_PHASE_ESTABLISH = 4,  /* LCP; also seen on the way down */
	PPPM_PHASE_AUTHENTICATE = 5,
	PPPM_PHASE_CALLBACK = 6,
	PPPM_PHASE_NETWORK = 7,
	PPPM_PHASE_RUNNING = 8,
	PPPM_PHASE_TERMINATE = 9,
	PPPM_PHASE_DISCONNECT = 10,
	PPPM_PHASE_HOLDOFF = 11,
	PPPM_PHASE_MASTER = 12,
	/* What comes before pppd, told by an engine program. */
	PPPM_PHASE_OPENING = 32, /* the line's device, its lock and settings */
	PPPM_PHASE_CARRIER = 33, /* waits for the line's carrier */
	PPPM_PHASE_DIALING = 34, /* modem and login script */
	PPPM_PHASE_LOOKUP = 35,  /* the tunnel server's name */
	PPPM_PHASE_TUNNEL = 36   /* control connection and call */
};

enum pppm_verdict {
	PPPM_VERDICT_STARTED = 0,  /* one side asked the other to authenticate */
	PPPM_VERDICT_ACCEPTED = 1, /* PAP Ack, CHAP Success, EAP Success; the PIN was right */
	PPPM_VERDICT_REFUSED = 2,  /* PAP Nak, CHAP Failure, EAP Failure; the PIN was wrong */
	PPPM_VERDICT_DECLINED = 3, /* the peer asked, and we do not authenticate in that way */
	PPPM_VERDICT_STRANGER = 4  /* PEER_AUTH alone: the peer calls itself otherwise than it should */
};

#endif
