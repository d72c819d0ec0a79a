// SPDX-License-Identifier: LGPL-2.1-or-later
// pppctl export: a connection as the files of pppd alone, so that nobody is locked in.
#include "cli/command.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "cli/client.hpp"
#include "cli/import/export_peers.hpp"
#include "core/text.hpp"

namespace ppp::cli {

namespace {

using core::text::cat;

/// A new file with these bytes. What is there stays: somebody may have written it.
void writeNew(const std::string& path, const std::string& text) {
    constexpr mode_t kMode = 0644;
    const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, kMode);
    if (fd < 0) {
        throw Failure(ExitCode::Failed, cat(path, ": ", std::generic_category().message(errno)),
                      errno == EEXIST ? "It is left as it is. Move it away, or write elsewhere: --output DIR"
                                      : "");
    }
    std::size_t done = 0;
    int error = 0;
    while (error == 0 && done < text.size()) {
        const ssize_t wrote = write(fd, text.data() + done, text.size() - done);
        error = wrote < 0 && errno != EINTR ? errno : 0;
        done += wrote > 0 ? static_cast<std::size_t>(wrote) : 0;
    }
    if (close(fd) != 0 && error == 0) {
        error = errno;
    }
    if (error != 0) {
        unlink(path.c_str());
        throw Failure(ExitCode::Failed, cat(path, ": ", std::generic_category().message(error)));
    }
}

class Export final : public Command {
public:
    void declare(CLI::App& verb) override {
        verb.add_option("NAME", name_, "The connection")->required();
        verb.add_option("--format", format_, "What to write: peers, the files of pppd")
            ->check(CLI::IsMember({"peers"}));
        verb.add_option("--output", folder_,
                        "Write NAME (and NAME.chat) into this folder; else all is printed");
    }

    ExitCode run(const Output& output) override {
        Client client(Client::Start::Allowed);
        const auto parsed = core::parseProfile(client.open(client.pathOf(name_))->GetProfile());
        if (!parsed.profile) {
            throw Failure(ExitCode::Failed,
                          "the profile of " + name_ + " has faults:\n" + describe(parsed.faults),
                          "Mend it first.");
        }
        const std::string folder = folder_.empty()
                                       ? std::string("/etc/ppp/peers")
                                       : std::filesystem::absolute(folder_).lexically_normal().string();
        const std::string path = (std::filesystem::path(folder) / name_).string();
        const std::string chat = path + ".chat";
        const auto files = importing::exportPeers(name_, *parsed.profile, chat, path + ".password");
        if (folder_.empty()) {
            output.line(cleanLines(files.options));
            if (files.chat) {
                output.line("# " + chat + ":");
                output.line(cleanLines(*files.chat));
            }
        } else {
            writeNew(path, files.options);
            if (files.chat) {
                writeNew(chat, *files.chat);
            }
            output.line("written: " + path + (files.chat ? " and " + chat : ""));
        }
        for (const auto& lost : files.lost) {
            output.complain(cat("not expressed: ", lost.pointer, ": ", lost.why));
        }
        for (const std::string& sentence : files.secrets) {
            output.complain(clean(sentence));
        }
        return ExitCode::Done;
    }

private:
    std::string name_, folder_, format_ = "peers";
};

} // namespace

std::unique_ptr<Command> makeExport() {
    return std::make_unique<Export>();
}

} // namespace ppp::cli
