// SPDX-License-Identifier: LGPL-2.1-or-later
// Preloaded into linux.uml on the host. UML 6.1 keeps a guest's vector registers in a buffer of fixed size; on CPUs whose
// register area is larger (AMX) the host refuses to set them from it (EFAULT) and UML panics while booting. Here a short
// buffer is laid over the task's full register area first, and the full area is set.
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define NT_XSTATE 0x202L
#define AREA_SIZE 65536

static long setVectorRegisters(int pid, const struct iovec *given)
{
	static char area[AREA_SIZE] __attribute__((aligned(64)));
	struct iovec full = { area, sizeof(area) };

	if (syscall(SYS_ptrace, PTRACE_GETREGSET, pid, NT_XSTATE, &full) < 0)
		return -1;
	memcpy(area, given->iov_base, given->iov_len < full.iov_len ? given->iov_len : full.iov_len);
	return syscall(SYS_ptrace, PTRACE_SETREGSET, pid, NT_XSTATE, &full);
}

long ptrace(enum __ptrace_request request, ...)
{
	va_list arguments;

	va_start(arguments, request);
	const int pid = va_arg(arguments, int);
	void *const address = va_arg(arguments, void *);
	void *const data = va_arg(arguments, void *);
	va_end(arguments);

	if (request == PTRACE_SETREGSET && (long)address == NT_XSTATE)
		return setVectorRegisters(pid, data);

	if (request == PTRACE_PEEKTEXT || request == PTRACE_PEEKDATA || request == PTRACE_PEEKUSER) {
		// The system call stores the word it read; the C library's wrapper returns it.
		long word = 0;

		if (syscall(SYS_ptrace, request, pid, address, &word) < 0)
			return -1;
		errno = 0;
		return word;
	}
	return syscall(SYS_ptrace, request, pid, address, data);
}
