// SPDX-License-Identifier: LGPL-2.1-or-later
// A FileWatch that may be destroyed by what it calls.
#include "sys/device_nodes.hpp"

#include <sys/stat.h>

#include "sys/file_watch.hpp"

namespace ppp::sys {
namespace {

class NodeWatch final : public core::Devices::Watch {
public:
    NodeWatch(EventLoop& loop, const std::string& path, std::function<void()> changed, core::Journal& journal)
        : told_(loop.defer(std::move(changed), priority::kNormal, false)),
          files_(
              loop, {path}, [this] { told_->arm(); }, journal) {}

private:
    std::unique_ptr<EventSource> told_;
    FileWatch files_;
};

} // namespace

bool DeviceNodes::present(const std::string& path) const {
    struct stat info {};
    return stat(path.c_str(), &info) == 0 && S_ISCHR(info.st_mode);
}

std::unique_ptr<core::Devices::Watch> DeviceNodes::watch(const std::string& path,
                                                         std::function<void()> changed) {
    return std::make_unique<NodeWatch>(loop_, path, std::move(changed), journal_);
}

} // namespace ppp::sys
