// SPDX-License-Identifier: LGPL-2.1-or-later
// Shows several links on their way up: one redrawn line each on a terminal, plain lines elsewhere.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace ppp::cli {

class Progress {
public:
    /// names: those that will be shown; with more than one, plain lines start with the name.
    Progress(const Output& output, const std::vector<std::string>& names);

    bool live() const { return live_; }
    /// The link has entered this phase, `elapsed` µs after the call.
    void phase(const std::string& name, std::uint64_t elapsed, const std::string& phase);
    /// Draws the live lines again with the time that has passed, µs.
    void tick(std::uint64_t elapsed);
    /// The link needs no live line any more.
    void finish(const std::string& name);
    /// Steps aside while something else is written: call before, the next tick draws again.
    void stepAside() { lines_.clear(); }

private:
    struct Trail {
        std::string name;
        std::vector<std::string> phases; ///< "discovery 0.012"
        bool finished = false;
    };
    static std::string draw(const Trail& trail, std::size_t nameWidth, std::uint64_t elapsed);

    const Output& output_;
    std::vector<Trail> trails_;
    LiveLines lines_;
    bool live_;
};

} // namespace ppp::cli
