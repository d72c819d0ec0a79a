// SPDX-License-Identifier: LGPL-2.1-or-later
// Judges the peer's proof of who it is, where the profile asks for one (auth.require): pppd itself would look
// for the secret in a file. EAP has no such place: pppd always takes that secret from its file.
#include "plugin.h"
#include "pppd_compat.h"

enum { kPap = 0xc023, kChap = 0xc223 };

static uint8_t name[256]; /* what the peer called itself last, as it came */
static size_t name_length;
static int
	pap_right; /* the last PAP request had the right password; pppd shows us only a readable form of it */

static void report(uint32_t protocol, uint32_t digest, enum pppm_verdict verdict)
{
	struct message message;

	message_begin(&message, PPPM_PEER_AUTH);
	message_u32(&message, PPPM_T_AUTH_PROTOCOL, protocol);
	message_u32(&message, PPPM_T_VERDICT, verdict);
	if (protocol == kChap)
		message_u32(&message, PPPM_T_CHAP_DIGEST, digest);
	if (name_length && verdict != PPPM_VERDICT_STARTED)
		message_bytes(&message, PPPM_T_TEXT, name, name_length);
	message_send(&message, MESSAGE_NORMAL);
}

/* Takes as long wherever they differ. */
static int same(const uint8_t *left, const char *right, size_t length)
{
	uint8_t difference = 0;

	for (size_t i = 0; i < length; ++i)
		difference |= left[i] ^ (uint8_t)right[i];
	return !difference;
}

static int is_the_secret(const uint8_t *bytes, size_t length)
{
	size_t wanted;
	const char *secret = secrets_peer(&wanted);

	return secret && length == wanted && same(bytes, secret, length);
}

static int is_the_name(void)
{
	const char *wanted = pppd_expected_name();

	return !wanted || (strlen(wanted) == name_length && !memcmp(name, wanted, name_length));
}

static int judge(uint32_t protocol, uint32_t digest, int right)
{
	int known = is_the_name();

	if (!right)
		report(protocol, digest, PPPM_VERDICT_REFUSED);
	else
		report(protocol, digest, known ? PPPM_VERDICT_ACCEPTED : PPPM_VERDICT_STRANGER);
	return right && known;
}

static int on_pap(
	char *user, char *password, char **text, struct wordlist **addresses, struct wordlist **options)
{
	static char accepted[] = "Login ok", refused[] = "Login incorrect";
	int right = judge(kPap, 0, pap_right);

	(void)user;
	(void)password;
	(void)addresses;
	(void)options;
	pap_right = 0;
	*text = right ? accepted : refused;
	return right;
}

static int on_chap(char *peer, char *ours, int id, struct chap_digest_type *digest, unsigned char *challenge,
	unsigned char *response, char *text, int space)
{
	size_t length;
	const char *secret = secrets_peer(&length);
	int right = secret && digest->verify_response(id, peer, (unsigned char *)(uintptr_t)secret,
				      (int)length, challenge, response, text, space);

	(void)ours;
	return judge(kChap, (uint32_t)digest->code, right);
}

/* Who has proved itself may have any address that the profile lets it have. */
static int on_address(uint32_t address)
{
	(void)address;
	return 1;
}

void peer_auth_watch(void)
{
	pap_auth_hook = on_pap;
	chap_verify_hook = on_chap;
	allowed_address_hook = on_address;
}

void peer_auth_phase(int pppd_phase)
{
	const lcp_options *ours = &lcp_gotoptions[0];

	if (pppd_phase == PHASE_SERIALCONN)
		name_length = 0;
	if (pppd_phase != PHASE_AUTHENTICATE)
		return;
	if (ours->neg_chap)
		report(kChap, (uint32_t)(CHAP_DIGEST(ours->chap_mdtype)), PPPM_VERDICT_STARTED);
	else if (ours->neg_upap)
		report(kPap, 0, PPPM_VERDICT_STARTED);
}

void peer_auth_frame(const struct ppp_frame *frame)
{
	if (frame->event != PPP_EVENT_PAP_REQUEST && frame->event != PPP_EVENT_CHAP_RESPONSE)
		return;
	name_length = frame->name_length < sizeof(name) ? frame->name_length : sizeof(name);
	if (name_length)
		memcpy(name, frame->name, name_length);
	pap_right = frame->event == PPP_EVENT_PAP_REQUEST && is_the_secret(frame->text, frame->text_length);
}
