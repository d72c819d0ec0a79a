// SPDX-License-Identifier: LGPL-2.1-or-later
// Every pointer in a table is a relocation, whether or not a symbol names the table: an option_t is where the
// pointers to its name and its description are as far apart as in the struct, with numbers where it has type
// and flags.
#include "support/pppd_tables.hpp"

#include <elf.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace ppp::test {
namespace {

/// As pppd 2.4.9 and 2.5 declare it.
struct Option {
    const char* name;
    int type;
    void* address;
    const char* description;
    unsigned flags;
};
constexpr std::uint64_t kTypes = 16; // there are fewer than that

class Image {
public:
    explicit Image(const std::filesystem::path& file) {
        std::ifstream in(file, std::ios::binary);
        bytes_.assign(std::istreambuf_iterator<char>(in), {});
        const auto header = read<Elf64_Ehdr>(0);
        if (!in || !header || std::memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 ||
            header->e_ident[EI_CLASS] != ELFCLASS64 || header->e_type != ET_DYN) {
            throw std::runtime_error(file.string() + " cannot be read, or is not such a file");
        }
        const std::uint32_t relative =
            header->e_machine == EM_AARCH64 ? R_AARCH64_RELATIVE : R_X86_64_RELATIVE;
        for (int i = 0; i < header->e_phnum; ++i) {
            const auto part =
                read<Elf64_Phdr>(header->e_phoff + static_cast<std::uint64_t>(i) * sizeof(Elf64_Phdr));
            if (part && part->p_type == PT_LOAD) {
                loads_.push_back(*part);
            }
        }
        for (int i = 0; i < header->e_shnum; ++i) {
            const auto part =
                read<Elf64_Shdr>(header->e_shoff + static_cast<std::uint64_t>(i) * sizeof(Elf64_Shdr));
            if (part && part->sh_type == SHT_RELA) {
                takePointers(*part, relative);
            }
        }
    }

    const std::map<std::uint64_t, std::uint64_t>& pointers() const { return pointers_; }

    /// The text at an address; empty where there is none that a person could read.
    std::string text(std::uint64_t address) const {
        const auto at = offset(address);
        if (!at) {
            return {};
        }
        std::string out(
            std::string_view(bytes_.data() + *at, strnlen(bytes_.data() + *at, bytes_.size() - *at)));
        const bool plain = std::all_of(out.begin(), out.end(), [](char c) { return c >= ' ' && c <= '~'; });
        return plain ? out : std::string();
    }

    std::optional<std::uint64_t> number(std::uint64_t address) const {
        const auto at = offset(address);
        return at ? read<std::uint64_t>(*at) : std::nullopt;
    }

private:
    template <typename T> std::optional<T> read(std::uint64_t at) const {
        if (at > bytes_.size() || bytes_.size() - at < sizeof(T)) {
            return std::nullopt;
        }
        T out;
        std::memcpy(&out, bytes_.data() + at, sizeof out);
        return out;
    }

    std::optional<std::uint64_t> offset(std::uint64_t address) const {
        for (const Elf64_Phdr& part : loads_) {
            if (address >= part.p_vaddr && address - part.p_vaddr < part.p_filesz) {
                return part.p_offset + (address - part.p_vaddr);
            }
        }
        return std::nullopt;
    }

    void takePointers(const Elf64_Shdr& part, std::uint32_t relative) {
        for (std::uint64_t at = 0; at + sizeof(Elf64_Rela) <= part.sh_size; at += sizeof(Elf64_Rela)) {
            const auto one = read<Elf64_Rela>(part.sh_offset + at);
            if (one && ELF64_R_TYPE(one->r_info) == relative) {
                pointers_[one->r_offset] = static_cast<std::uint64_t>(one->r_addend);
            }
        }
    }

    std::vector<char> bytes_;
    std::vector<Elf64_Phdr> loads_;
    std::map<std::uint64_t, std::uint64_t> pointers_; ///< where one stands, and where it points
};

bool isName(const std::string& text) {
    const auto fits = [](unsigned char c) {
        return std::islower(c) || std::isdigit(c) || c == '-' || c == '_' || c == '+';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), fits);
}

} // namespace

std::set<std::string> pppdOptions(const std::filesystem::path& file) {
    const Image image(file);
    const auto& pointers = image.pointers();
    std::set<std::string> out;
    for (const auto& [at, target] : pointers) {
        const std::string name = image.text(target);
        const auto description = pointers.find(at + offsetof(Option, description));
        const auto type = image.number(at + offsetof(Option, type));
        const bool numbers = pointers.count(at + offsetof(Option, type)) == 0 &&
                             pointers.count(at + offsetof(Option, flags)) == 0 && type && *type < kTypes;
        if (isName(name) && numbers && description != pointers.end() &&
            image.text(description->second).size() > 2) {
            out.insert(name);
        }
    }
    return out;
}

} // namespace ppp::test
