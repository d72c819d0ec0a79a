// SPDX-License-Identifier: LGPL-2.1-or-later
// Stories, appended line by line.
#include "sys/story_files.hpp"

#include <algorithm>
#include <system_error>

#include "sys/file_io.hpp"

namespace ppp::sys {

namespace {

using file_io::Durability;

constexpr std::size_t kStorySize = std::size_t{4} * 1024 * 1024; // bytes

void requireName(const std::string& name) {
    if (!core::validName(name))
        throw std::system_error(EINVAL, std::generic_category(), "name of a story");
}

} // namespace

StoryFiles::StoryFiles(const std::string& folder) : stories_(folder + "/stories") {
    file_io::removeLeftovers(file_io::makeFolder(stories_, 0700));
}

std::vector<std::string> StoryFiles::names() {
    const UniqueFd folder = file_io::openFolder(stories_);
    std::vector<std::string> out = folder ? file_io::list(folder) : std::vector<std::string>{};
    std::erase_if(out, [](const std::string& name) { return !core::validName(name); });
    return out;
}

std::string StoryFiles::load(const std::string& name) {
    requireName(name);
    const UniqueFd folder = file_io::openFolder(stories_);
    if (!folder)
        return {};
    const auto content = file_io::read(folder, name, kStorySize);
    if (content.tooLong)
        file_io::remove(folder, name, Durability::Memory);
    return {content.bytes.begin(), content.bytes.end()};
}

void StoryFiles::append(const std::string& name, const std::string& lines) {
    requireName(name);
    file_io::append(file_io::makeFolder(stories_, 0700), name, lines);
}

void StoryFiles::replace(const std::string& name, const std::string& lines) {
    requireName(name);
    file_io::write(file_io::makeFolder(stories_, 0700), name, lines, 0600, Durability::Memory);
}

void StoryFiles::remove(const std::string& name) {
    requireName(name);
    if (const UniqueFd folder = file_io::openFolder(stories_))
        file_io::remove(folder, name, Durability::Memory);
}

} // namespace ppp::sys
