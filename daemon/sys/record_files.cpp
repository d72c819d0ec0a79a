// SPDX-License-Identifier: LGPL-2.1-or-later
// Records of what was done to the machine.
#include "sys/record_files.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>

#include "sys/file_io.hpp"

namespace ppp::sys {

namespace {

using file_io::Durability;

constexpr std::string_view kRecordSuffix = ".json";
constexpr std::size_t kRecordSize =
    std::size_t{1024} * 1024; // bytes; the routes of a record come as they are in the kernel
constexpr std::size_t kNameLength = 80;

bool allowed(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '_' || c == '-';
}

bool valid(std::string_view name) {
    return !name.empty() && name.size() <= kNameLength && !name.starts_with(file_io::kTemporary) &&
           std::all_of(name.begin(), name.end(), allowed);
}

std::string recordFileOf(const std::string& name) {
    if (!valid(name))
        throw std::system_error(EINVAL, std::generic_category(), "name of a record");
    return name + std::string(kRecordSuffix);
}

} // namespace

RecordFiles::RecordFiles(const std::string& folder) : records_(folder + "/records") {
    file_io::removeLeftovers(file_io::makeFolder(records_, 0700));
}

void RecordFiles::save(const std::string& name, const std::string& json) {
    file_io::write(file_io::makeFolder(records_, 0700), recordFileOf(name), json, 0600, Durability::Memory);
}

void RecordFiles::remove(const std::string& name) {
    const std::string file = recordFileOf(name);
    if (const UniqueFd folder = file_io::openFolder(records_))
        file_io::remove(folder, file, Durability::Memory);
}

std::vector<std::pair<std::string, std::string>> RecordFiles::loadAll() {
    std::vector<std::pair<std::string, std::string>> out;
    const UniqueFd folder = file_io::openFolder(records_);
    if (!folder)
        return out;
    for (const std::string& file : file_io::list(folder)) {
        const std::string name =
            file.ends_with(kRecordSuffix) ? file.substr(0, file.size() - kRecordSuffix.size()) : "";
        if (!valid(name))
            continue;
        try {
            const auto content = file_io::read(folder, file, kRecordSize);
            if (content.exists && !content.tooLong)
                out.emplace_back(name, std::string(content.bytes.begin(), content.bytes.end()));
        } catch (const std::system_error&) {
            continue;
        }
    }
    return out;
}

} // namespace ppp::sys
