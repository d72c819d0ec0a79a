// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks at everything anew for each hook: one may change what comes after it.
#include "hooks/hook_folder.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "core/text.hpp"
#include "hooks/hook_process.hpp"

namespace ppp::hooks {

namespace {

using core::text::cat;
using sys::UniqueFd;
using Clock = std::chrono::steady_clock;

} // namespace

bool isHookName(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    });
}

void HookFolder::fail(const std::string& path, const std::string& text) const {
    failed_({path, text});
}

std::vector<std::string> HookFolder::names() {
    std::vector<std::string> out;
    const UniqueFd folder = tree_.open(order_.folder);
    UniqueFd readable(openat(folder.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const std::unique_ptr<DIR, int (*)(DIR*)> open(readable ? fdopendir(readable.get()) : nullptr, closedir);
    if (!open) {
        throw std::system_error(errno, std::generic_category(), order_.folder);
    }
    (void)readable.release();
    errno = 0;
    while (const dirent* entry = readdir(open.get())) {
        if (isHookName(entry->d_name)) {
            out.emplace_back(entry->d_name);
        }
    }
    if (errno != 0) {
        throw std::system_error(errno, std::generic_category(), order_.folder);
    }
    std::sort(out.begin(), out.end());
    return out;
}

// Nobody but the owner of the whole way can exchange anything on it between this look and the exec(2) of the
// path, which a script is to find in $0.
bool HookFolder::runnable(const std::string& path) {
    struct stat info {};
    const UniqueFd file = tree_.open(path);
    if (fstat(file.get(), &info) < 0) {
        throw std::system_error(errno, std::generic_category(), path);
    }
    return S_ISREG(info.st_mode) && (info.st_mode & (S_IXUSR | S_IXGRP | S_IXOTH)) != 0;
}

std::uint32_t HookFolder::run() {
    const auto until = Clock::now() + order_.all;
    std::uint32_t ran = 0;
    std::vector<std::string> all;
    try {
        all = names();
    } catch (const std::system_error& e) {
        if (e.code() != std::errc::no_such_file_or_directory) {
            fail(order_.folder, cat("cannot be read: ", e.code().message()));
        }
    } catch (const Distrust& e) {
        fail(order_.folder, cat("nothing in it is run: ", e.what()));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        const std::string path = order_.folder + '/' + all[i];
        if (i == kHooks) {
            fail(order_.folder, cat("has more than ", kHooks, " hooks; the rest is not run"));
            break;
        }
        try {
            if (!runnable(path)) {
                continue;
            }
            if (Clock::now() >= until) {
                fail(path, cat("not run: those before it took ", core::text::duration(order_.all.count())));
                continue;
            }
            ++ran;
            if (const std::string text = runHook(tree_.outside(path), order_, until); !text.empty()) {
                fail(path, text);
            }
        } catch (const Distrust& e) {
            fail(path, cat("not run: ", e.what()));
        } catch (const std::system_error& e) {
            fail(path, cat("cannot be run: ", e.code().message()));
        }
    }
    return ran;
}

} // namespace ppp::hooks
