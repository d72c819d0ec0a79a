// SPDX-License-Identifier: LGPL-2.1-or-later
// Stands in for libFuzzer where the tree is built without it: runs a target over its corpus, then over cheap
// mutations of it that are the same each time. An input that ends the process stays in the file whose name
// begins with "last-input".
#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz/target.hpp"

namespace {

using Input = std::vector<std::uint8_t>;
constexpr std::size_t kLongest = 65536; // bytes of an input

/// Where the input stands while it runs: in a mapped file, which outlives any end of the process.
class LastInput {
public:
    explicit LastInput(std::string path) : path_(std::move(path)) {
        fd_ = open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        void* const mapped =
            fd_ < 0 ? MAP_FAILED : mmap(nullptr, kLongest, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
        if (mapped == MAP_FAILED) {
            std::perror(path_.c_str());
            std::exit(2);
        }
        bytes_ = static_cast<std::uint8_t*>(mapped);
    }
    LastInput(const LastInput&) = delete;
    LastInput& operator=(const LastInput&) = delete;
    ~LastInput() {
        munmap(bytes_, kLongest);
        close(fd_);
        unlink(path_.c_str());
    }
    void run(const Input& input) {
        if (ftruncate(fd_, static_cast<off_t>(input.size())) != 0) {
            std::perror(path_.c_str());
            std::exit(2);
        }
        std::copy(input.begin(), input.end(), bytes_);
        const Input exact(input); // its end is the end of an allocation, for AddressSanitizer
        LLVMFuzzerTestOneInput(exact.data(), exact.size());
    }

private:
    std::string path_;
    int fd_ = -1;
    std::uint8_t* bytes_ = nullptr;
};

class Mutator {
public:
    explicit Mutator(const std::vector<Input>& corpus) : corpus_(corpus) {
        for (const Input& one : corpus) {
            most_ = std::min(kLongest, std::max(most_, 2 * one.size()));
        }
    }

    Input next() {
        Input out = any();
        for (std::size_t n = 1 + pick(4); n > 0; --n) {
            change(out);
        }
        out.resize(std::min(out.size(), most_));
        return out;
    }

private:
    std::size_t pick(std::size_t below) { return below == 0 ? 0 : random_() % below; }
    const Input& any() { return corpus_[pick(corpus_.size())]; }
    Input::iterator at(Input& input, std::size_t index) {
        return input.begin() + static_cast<Input::difference_type>(index);
    }

    void change(Input& out) {
        static constexpr std::array<std::uint8_t, 16> kOdd{0,   1,   2,    3,    0x7f, 0x80, 0xff, 0xfe,
                                                           '"', '{', '\n', '\\', '=',  '-',  0x1b, 0xc2};
        const std::size_t place = pick(out.size() + 1);
        const std::size_t length = 1 + pick(std::min<std::size_t>(32, out.size()));
        switch (pick(8)) {
        case 0:
            out.insert(at(out, place), kOdd.at(pick(kOdd.size())));
            break;
        case 1:
            out.insert(at(out, place), static_cast<std::uint8_t>(random_()));
            break;
        case 2:
            out.erase(at(out, place), at(out, std::min(place + length, out.size())));
            break;
        case 3:
            out.resize(place);
            break;
        case 4:
            repeat(out, place, length);
            break;
        case 5:
            splice(out, place);
            break;
        default:
            if (place < out.size()) {
                out[place] = pick(2) == 0 ? kOdd.at(pick(kOdd.size()))
                                          : static_cast<std::uint8_t>(out[place] ^ (1U << pick(8)));
            }
            break;
        }
    }

    void repeat(Input& out, std::size_t place, std::size_t length) {
        const Input piece(at(out, place), at(out, std::min(place + length, out.size())));
        for (std::size_t n = pick(8); n > 0 && out.size() < most_; --n) {
            out.insert(at(out, place), piece.begin(), piece.end());
        }
    }

    void splice(Input& out, std::size_t place) {
        const Input& other = any();
        const std::size_t from = pick(other.size());
        const std::size_t to = std::min(other.size(), from + 1 + pick(64));
        const auto begin = other.begin();
        out.insert(at(out, place), begin + static_cast<Input::difference_type>(from),
                   begin + static_cast<Input::difference_type>(to));
    }

    const std::vector<Input>& corpus_;
    std::size_t most_ = 64;
    std::mt19937 random_{20250101}; // the same walk each time
};

std::vector<Input> read(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<Input> out;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        Input bytes{std::istreambuf_iterator<char>(file), {}};
        bytes.resize(std::min(bytes.size(), kLongest));
        out.push_back(std::move(bytes));
    }
    return out;
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 3) {
        std::fprintf(stderr, "usage: %s CORPUS MUTATIONS\n       %s FILE 0\n", argv[0], argv[0]);
        return 2;
    }
    const std::filesystem::path given(argv[1]);
    LastInput last("last-input-" + std::filesystem::path(argv[0]).filename().string());
    if (std::filesystem::is_regular_file(given)) {
        std::ifstream file(given, std::ios::binary);
        Input bytes{std::istreambuf_iterator<char>(file), {}};
        bytes.resize(std::min(bytes.size(), kLongest));
        last.run(bytes);
        return 0;
    }
    const std::vector<Input> corpus = read(given);
    if (corpus.empty()) {
        std::fprintf(stderr, "no input in %s\n", argv[1]);
        return 2;
    }
    last.run({});
    for (const Input& one : corpus) {
        last.run(one);
    }
    Mutator mutator(corpus);
    const long mutations = std::strtol(argv[2], nullptr, 10);
    for (long n = 0; n < mutations; ++n) {
        last.run(mutator.next());
    }
    std::printf("%zu inputs, %ld mutations\n", corpus.size(), mutations);
    return 0;
}
