// SPDX-License-Identifier: LGPL-2.1-or-later
// The other files that are read: secrets, orders to an engine program and to the runner of hooks.
#include <nlohmann/json.hpp>

#include "core/engine_order.hpp"
#include "core/error.hpp"
#include "core/hook_order.hpp"
#include "fuzz/target.hpp"
#include "sys/secrets_json.hpp"

using namespace ppp;
using namespace ppp::fuzz;

namespace {

void secrets(std::string_view text) {
    try {
        const core::Secrets read = sys::secretsFromJson(text);
        const auto bytes = sys::secretsToJson(read);
        const core::Secrets again = sys::secretsFromJson({bytes.data(), bytes.size()});
        require(read.size() == again.size(), "no secret is lost");
        for (const auto& [key, secret] : read) {
            core::checkSecret(key, secret.view());
            require(again.at(key).view() == secret.view(), "a secret is read as it was written");
        }
    } catch (const core::Error& refused) {
        requireShown(refused.what(), 4096, "why secrets cannot be read");
    }
}

void tasks(std::string_view text) {
    if (const auto task = core::engineTaskFromJson(text)) {
        const std::string once = core::toJson(*task);
        if (task->serial || task->l2tp) {
            const auto again = core::engineTaskFromJson(once);
            require(again && core::toJson(*again) == once, "a task is read as it was written", once);
        }
    }
}

void hooks(std::string_view text) {
    const auto value = nlohmann::json::parse(text, nullptr, false);
    try {
        const core::HookOrder order = core::hookOrderFrom(value);
        require(core::hookOrderFrom(core::toValue(order)) == order, "an order is read as it was written");
        require(order.folder.starts_with('/'), "a folder is an absolute path", order.folder);
    } catch (const nlohmann::json::exception&) {
        return;
    } catch (const std::invalid_argument&) {
        return;
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = asText({data, size});
    secrets(text);
    tasks(text);
    hooks(text);
    return 0;
}
