// SPDX-License-Identifier: LGPL-2.1-or-later
// The password, and what the peer has to prove: asked for once, then kept for the engine's life in memory
// that is never swapped, dumped or inherited, since either side may ask again at any time, also while no
// supervisor lives.
#include "plugin.h"
#include "pppd_compat.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

enum { kWaitMs = 10000 };

/* All that ever holds a secret on our side; the datagram is received into it too. */
struct vault {
	struct slot {
		char text[PPPM_MAX_SECRET + 1];
		int present;
	} password, peer;
	uint8_t datagram[PPPM_MAX_DATAGRAM + 1];
};

static struct vault *vault;

static int vault_open(void)
{
	const struct rlimit none = {0, 0};
	struct vault *pages =
		mmap(NULL, sizeof(*pages), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (pages == MAP_FAILED)
		return 0;
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	setrlimit(RLIMIT_CORE, &none);
	if (mlock(pages, sizeof(*pages)) < 0)
		warn("ppp-manager: the password may be swapped out: %m");
	madvise(pages, sizeof(*pages), MADV_DONTDUMP);
	madvise(pages, sizeof(*pages), MADV_WIPEONFORK);
	vault = pages;
	return 1;
}

__attribute__((destructor)) static void vault_wipe(void)
{
	if (vault)
		explicit_bzero(vault, sizeof(*vault));
}

/* 0 where it cannot be one. */
static int keep(struct slot *slot, const uint8_t *bytes, size_t length)
{
	if (length > PPPM_MAX_SECRET || memchr(bytes, 0, length))
		return 0;
	memcpy(slot->text, bytes, length);
	slot->text[length] = '\0';
	slot->present = 1;
	return 1;
}

static struct slot *slot_of(uint16_t tag)
{
	switch (tag) {
	case PPPM_T_PASSWORD:
		return &vault->password;
	case PPPM_T_PEER_SECRET:
		return &vault->peer;
	default:
		return NULL;
	}
}

/* Takes the secrets out of a SECRETS datagram; 0 where it is not one or is malformed. */
static int accept_secrets(const uint8_t *datagram, size_t length)
{
	size_t at = 2;
	uint16_t header[2];
	struct slot *slot;

	if (length < 2 || datagram[0] != PPPM_VERSION || datagram[1] != PPPM_SECRETS)
		return 0;
	for (; at < length; at += sizeof(header) + header[1]) {
		if (length - at < sizeof(header))
			return 0;
		memcpy(header, datagram + at, sizeof(header));
		if (header[1] > length - at - sizeof(header))
			return 0;
		slot = slot_of(header[0]);
		if (slot && !keep(slot, datagram + at + sizeof(header), header[1]))
			return 0;
	}
	return 1;
}

/* Milliseconds that are left of the wait; never negative. */
static int time_left(uint64_t started)
{
	uint64_t passed = (monotonic_us() - started) / 1000;

	return passed >= kWaitMs ? 0 : (int)(kWaitMs - passed);
}

static int wait_for_secrets(void)
{
	struct pollfd socket_ready = {.fd = messages_fd(), .events = POLLIN};
	uint64_t started = monotonic_us();
	int left;

	while ((left = time_left(started)) > 0) {
		ssize_t length;
		int done;

		if (poll(&socket_ready, 1, left) < 0 && errno != EINTR)
			return 0;
		length = recv(socket_ready.fd, vault->datagram, sizeof(vault->datagram), MSG_DONTWAIT);
		if (length == 0 || (length < 0 && errno != EAGAIN && errno != EINTR))
			return 0;
		if (length < 0)
			continue;
		if (length >= 2 && vault->datagram[1] != PPPM_SECRETS)
			continue; /* a question of a later life; it knows no secrets, but the time is over soon */
		done = accept_secrets(vault->datagram, (size_t)length);
		explicit_bzero(vault->datagram, sizeof(vault->datagram));
		return done;
	}
	return 0;
}

const char *secrets_peer(size_t *length)
{
	*length = strlen(vault->peer.text);
	return *length ? vault->peer.text : NULL; /* an empty one would let anybody in */
}

/* Whether the peer can be asked for PAP. */
static int have_peer_secret(void)
{
	size_t length;

	return secrets_peer(&length) != NULL;
}

/* pppd asks this for both directions. */
static int have_either(void)
{
	return vault->password.present || have_peer_secret();
}

/* A NULL buffer only asks whether there is a password. Others hold MAXSECRETLEN bytes or more. */
static int give_secret(char *name, char *buffer)
{
	(void)name;
	if (!vault->password.present)
		return 0;
	if (buffer)
		memcpy(buffer, vault->password.text, strlen(vault->password.text) + 1);
	return 1;
}

static int give_chap_secret(char *name, char *buffer)
{
	return give_secret(name, buffer) ? 1 : -1;
}

int secrets_obtain(void)
{
	struct message wanted;

	_Static_assert(PPPM_MAX_SECRET < MAXSECRETLEN, "a password must fit pppd's buffers");
	if (!vault_open())
		return 0;
	message_begin(&wanted, PPPM_SECRETS_WANTED);
	message_send(&wanted, MESSAGE_NORMAL);
	if (!wait_for_secrets())
		return 0;
	pap_check_hook = have_peer_secret;
	pap_passwd_hook = give_secret;
	chap_check_hook = have_either;
	chap_passwd_hook = give_chap_secret;
	if (!vault->password.present)
		pppd_refuse_every_method();
	return 1;
}
