// SPDX-License-Identifier: LGPL-2.1-or-later
// Looks for a text in the whole memory of a process, as another root process or a core dump could:
//   memory_look PID < TEXT
// A line each time it is found: "locked" where the page is neither swapped nor dumped (smaps: VmFlags lo and
// dd), else "open"; and which mapping it is. Exit status: 0 found, 1 not found, 2 could not look.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

namespace {

struct Region {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    std::string name;
    bool readable = false;
    bool locked = false;
    bool undumped = false;
};

/// The line "FROM-TO PERMISSIONS OFFSET DEVICE INODE [NAME]" of proc(5); false for the lines below it.
bool readHead(const std::string& line, Region& region) {
    std::istringstream words(line);
    std::string range;
    std::string permissions;
    std::string skipped;
    words >> range >> permissions >> skipped >> skipped >> skipped >> region.name;
    const auto dash = range.find('-');
    if (dash == std::string::npos) {
        return false;
    }
    const char* end = range.data() + range.size();
    const auto first = std::from_chars(range.data(), end, region.from, 16);
    const auto second = std::from_chars(range.data() + dash + 1, end, region.to, 16);
    region.readable = permissions.starts_with('r');
    return first.ptr == range.data() + dash && second.ptr == end;
}

std::vector<Region> regionsOf(const std::string& folder) {
    std::ifstream smaps(folder + "/smaps");
    std::vector<Region> out;
    for (std::string line; std::getline(smaps, line);) {
        Region region;
        if (readHead(line, region)) {
            out.push_back(region);
        } else if (line.starts_with("VmFlags:") && !out.empty()) {
            line += ' ';
            out.back().locked = line.find(" lo ") != std::string::npos;
            out.back().undumped = line.find(" dd ") != std::string::npos;
        }
    }
    return out;
}

/// A page at a time: those that the kernel does not hand out ([vvar]) are passed over. The last bytes of a
/// page stay in front of the next one.
std::vector<std::uint64_t> placesIn(int memory, const Region& region, std::string_view text,
                                    std::size_t& looked) {
    constexpr std::size_t kPage = 4096;
    std::vector<std::uint64_t> out;
    std::string window;
    std::string page(kPage, '\0');
    for (auto at = region.from; at < region.to; at += kPage) {
        if (pread(memory, page.data(), kPage, static_cast<off_t>(at)) != static_cast<ssize_t>(kPage)) {
            window.clear();
            continue;
        }
        looked += kPage;
        window += page;
        for (auto found = window.find(text); found != std::string::npos;
             found = window.find(text, found + 1)) {
            out.push_back(at + kPage - window.size() + found);
        }
        window.erase(0, window.size() - std::min(window.size(), text.size() - 1));
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    const std::string text{std::istreambuf_iterator<char>(std::cin), {}};
    if (argc != 2 || text.size() < 8) {
        std::cerr << "Usage: memory_look PID < TEXT (8 bytes at least)\n";
        return 2;
    }
    const std::string folder = std::string("/proc/") + argv[1];
    const int memory = open((folder + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
    if (memory < 0) {
        std::perror("memory_look");
        return 2;
    }
    std::size_t looked = 0;
    bool found = false;
    for (const auto& region : regionsOf(folder)) {
        for (const auto place :
             region.readable ? placesIn(memory, region, text, looked) : std::vector<std::uint64_t>{}) {
            found = true;
            std::printf("%s %s +%llx\n", region.locked && region.undumped ? "locked" : "open",
                        region.name.empty() ? "anonymous" : region.name.c_str(),
                        static_cast<unsigned long long>(place - region.from));
        }
    }
    std::cerr << looked / 1024 << " KiB looked at\n";
    if (looked == 0) {
        return 2;
    }
    return found ? 0 : 1;
}
