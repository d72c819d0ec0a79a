// SPDX-License-Identifier: LGPL-2.1-or-later
// Datagrams to the supervisor: built field by field, sent without ever waiting. The format is message.h.
#include "plugin.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <linux/sockios.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

enum { kHeader = 2, kFieldHeader = 4 };

static int socket_fd = -1;
static pid_t owner;         /* pppd's children inherit our memory, not our voice */
static int minor_room;      /* bytes in the queue above which a MESSAGE_MINOR is dropped */
static struct message late; /* the latest MESSAGE_KEPT that found no room; empty where there is none */

void messages_open(int fd)
{
	int buffer = 0;
	socklen_t length = sizeof(buffer);

	fcntl(fd, F_SETFD, FD_CLOEXEC);
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &buffer, &length);
	minor_room = buffer / 2;
	owner = getpid();
	socket_fd = fd;
}

int messages_fd(void)
{
	return socket_fd;
}

void message_begin(struct message *message, enum pppm_kind kind)
{
	message->bytes[0] = PPPM_VERSION;
	message->bytes[1] = (uint8_t)kind;
	message->length = kHeader;
}

void message_bytes(struct message *message, enum pppm_tag tag, const void *data, size_t length)
{
	uint16_t header[2];

	if ((tag == PPPM_T_TEXT || tag == PPPM_T_AC_NAME) && length > PPPM_MAX_TEXT)
		length = PPPM_MAX_TEXT;
	if (message->length + kFieldHeader + length > sizeof(message->bytes))
		return;
	header[0] = (uint16_t)tag;
	header[1] = (uint16_t)length;
	memcpy(message->bytes + message->length, header, kFieldHeader);
	if (length)
		memcpy(message->bytes + message->length + kFieldHeader, data, length);
	message->length += kFieldHeader + length;
}

void message_u32(struct message *message, enum pppm_tag tag, uint32_t value)
{
	message_bytes(message, tag, &value, sizeof(value));
}

static int crowded(void)
{
	int queued = 0;

	return ioctl(socket_fd, SIOCOUTQ, &queued) == 0 && queued > minor_room;
}

/* 0 where there was no room. */
static int push(const struct message *message)
{
	return send(socket_fd, message->bytes, message->length, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0 ||
	       errno != EAGAIN;
}

/* How things stand, in the order in which they are said again. */
static struct message standing[6];
static volatile sig_atomic_t behind; /* one of them found no room: all are said again once there is some */

static struct message *place_of(int kind)
{
	switch (kind) {
	case PPPM_SESSION:
		return &standing[0];
	case PPPM_PHASE:
		return &standing[1];
	case PPPM_DEMAND:
		return &standing[2];
	case PPPM_IP4:
	case PPPM_IP4_DOWN:
		return &standing[3];
	case PPPM_IP6:
	case PPPM_IP6_DOWN:
		return &standing[4];
	case PPPM_READY_WANTED:
		return &standing[5];
	default:
		return NULL;
	}
}

/* The handler that reads questions may come in between, or be who sends. NULL: none stands any more. */
static void stand(struct message *place, const struct message *message)
{
	sigset_t all, before;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	if (message)
		*place = *message;
	else
		place->length = 0;
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void remember(const struct message *message)
{
	int kind = message->bytes[1];
	struct message *place = place_of(kind);
	int over = kind == PPPM_IP4_DOWN || kind == PPPM_IP6_DOWN;

	if (place)
		stand(place, over ? NULL : message);
}

void messages_forget(enum pppm_kind kind)
{
	struct message *place = place_of(kind);

	if (place)
		stand(place, NULL);
}

void messages_repeat(void)
{
	behind = 0;
	for (size_t i = 0; i < sizeof(standing) / sizeof(standing[0]); ++i) {
		if (standing[i].length && !push(&standing[i]))
			behind = 1;
	}
}

void messages_room(void)
{
	int saved = errno;

	if (behind && socket_fd >= 0 && getpid() == owner && !crowded())
		messages_repeat();
	errno = saved;
}

/* An end that was not heard of stands, too, until the next of its kind. */
static void keep_for_later(const struct message *message)
{
	struct message *place = place_of(message->bytes[1]);

	if (place) {
		stand(place, message);
		behind = 1;
		messages_room(); /* the signal may have come in between */
	}
}

void message_send(const struct message *message, enum message_weight weight)
{
	int saved = errno;

	if (socket_fd < 0 || getpid() != owner)
		return;
	remember(message);
	if (weight == MESSAGE_MINOR) {
		if (!crowded())
			push(message);
	} else {
		if (late.length && push(&late))
			late.length = 0;
		if (!push(message)) {
			keep_for_later(message);
			if (weight == MESSAGE_KEPT)
				late = *message;
		}
	}
	errno = saved;
}
