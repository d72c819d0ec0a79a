// SPDX-License-Identifier: LGPL-2.1-or-later
// The table of the packet filter that holds TCP segments to what fits through our links: one for all of them,
// there exactly while one asks for it. Recorded before it is made; what somebody else does to it is undone.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/ports.hpp"
#include "core/repair_pace.hpp"

namespace ppp::core {

class Clamping {
public:
    /// `changed` is called from the loop when trouble() may differ.
    Clamping(const Ports& ports, std::function<void()> changed);
    ~Clamping();
    Clamping(const Clamping&) = delete;
    Clamping& operator=(const Clamping&) = delete;

    /// The record of an earlier life, of that name.
    void recover() { recorded_ = recovered_ = true; }
    /// Until settle() claims are only collected: the table of an earlier life stays in force, whole.
    void claim(const std::string& connection, const MssClamp& clamp);
    void release(const std::string& connection);
    /// Every connection has taken up what an earlier life left: from now on claims are carried out.
    void settle();
    /// A link that carries less than was negotiated clamps to that.
    void linkChanged(const Link& link);
    /// For a person; empty: the claims are in force.
    std::string trouble() const;

    static constexpr const char* kRecord = ".clamp"; ///< no connection's name starts with a dot

private:
    std::vector<MssClamp> wanted() const;
    bool bring(bool again);
    void fail(const std::string& why);
    bool record();
    void forgetRecord();
    void interfered();
    void repair();

    PacketFilter& filter_;
    Network& network_;
    RecordStore& records_;
    Journal& journal_;
    Clock& clock_;
    std::function<void()> changed_;
    std::map<std::string, MssClamp> claims_;
    std::vector<MssClamp> written_; ///< in this life
    bool settled_ = false;
    bool recorded_ = false;
    bool recovered_ = false; ///< an earlier life's table may be there
    std::string failure_;    ///< why the last step did not work; empty: it did
    RepairPace pace_;
    std::unique_ptr<Timer> check_, calm_;
};

} // namespace ppp::core
