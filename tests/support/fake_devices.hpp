// SPDX-License-Identifier: LGPL-2.1-or-later
// Device nodes that come and go as a test says.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/ports.hpp"

namespace ppp::test {

using namespace core;

class FakeDevices final : public Devices {
public:
    bool present(const std::string& path) const override { return nodes.count(path) != 0; }
    std::unique_ptr<Watch> watch(const std::string& path, std::function<void()> changed) override {
        class Watching final : public Watch {
        public:
            Watching(FakeDevices& from, const std::string& of, std::function<void()> call)
                : from_(from), at_(from.watches.emplace(of, std::move(call))) {}
            ~Watching() override { from_.watches.erase(at_); }

        private:
            FakeDevices& from_;
            std::multimap<std::string, std::function<void()>>::iterator at_;
        };
        return std::make_unique<Watching>(*this, path, std::move(changed));
    }
    /// A node comes or goes, and who watches it is told.
    void set(const std::string& path, bool there) {
        there ? void(nodes.insert(path)) : void(nodes.erase(path));
        const auto [first, last] = watches.equal_range(path);
        std::vector<std::function<void()>> calls;
        for (auto at = first; at != last; ++at) {
            calls.push_back(at->second);
        }
        for (const auto& call : calls) {
            call();
        }
    }
    std::set<std::string> nodes{"/dev/ttyS0"};
    std::multimap<std::string, std::function<void()>> watches;
};

} // namespace ppp::test
