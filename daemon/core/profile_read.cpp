// SPDX-License-Identifier: LGPL-2.1-or-later
// Walks a profile's document along the table of keys.
#include "core/profile_read.hpp"

#include <algorithm>
#include <vector>

#include "core/text.hpp"

namespace ppp::core {
namespace {

using nlohmann::json;

class DocumentReader {
public:
    DocumentReader(Profile& profile, Faults& faults) : profile_(profile), faults_(faults) {}

    /// `pattern` is the object's pointer as the table has it, `pointer` as the document has it.
    void object(const json& object, const std::string& pattern, const std::string& pointer) {
        for (const auto& [name, value] : object.items()) {
            const std::string at = memberPointer(pointer, name);
            if (const Key* const key = findKey(memberPointer(pattern, name))) {
                member(*key, value, at);
            } else {
                unknown(pattern, name, at);
            }
        }
        for (const Key& key : profileKeys()) {
            if (key.required && key.parent() == pattern && !object.contains(key.name())) {
                faults_.add(memberPointer(pointer, key.name()), "missing; expected " + expectation(key));
            }
        }
    }

private:
    void member(const Key& key, const json& value, const std::string& pointer) {
        KeyValue read;
        if (!readValue(key, value, pointer, read, faults_)) {
            return;
        }
        const std::string pattern(key.pointer);
        if (key.kind == KeyKind::Section) {
            key.store(profile_, read);
            object(value, pattern, pointer);
        } else if (key.kind == KeyKind::Sections) {
            items(key, value, pointer);
        } else {
            key.store(profile_, read);
        }
    }

    void items(const Key& key, const json& list, const std::string& pointer) {
        if (static_cast<double>(list.size()) > key.most) {
            faults_.add(pointer, text::cat(list.size(), " items are too many; expected ", expectation(key)));
            return;
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
            const std::string at = itemPointer(pointer, i);
            if (list[i].is_object()) {
                key.store(profile_, {});
                object(list[i], text::cat(key.pointer, "/*"), at);
            } else {
                faults_.add(at, "is of the wrong type; expected an object");
            }
        }
    }

    void unknown(const std::string& pattern, const std::string& name, const std::string& pointer) {
        if (name == "password") {
            faults_.add(pointer, "unknown key: secrets never stand in a profile; use `pppctl set-secret`");
            return;
        }
        std::vector<std::string_view> siblings;
        const Key* elsewhere = nullptr;
        for (const Key& key : profileKeys()) {
            if (key.parent() == pattern) {
                siblings.push_back(key.name());
            } else if (elsewhere == nullptr && key.name() == name) {
                elsewhere = &key;
            }
        }
        std::string fault = "unknown key; ";
        if (const auto near = text::nearest(name, siblings)) {
            fault += text::cat("did you mean \"", *near, "\"?");
        } else if (elsewhere != nullptr) {
            fault += text::cat("did you mean ", elsewhere->pointer, "?");
        } else {
            std::sort(siblings.begin(), siblings.end());
            fault += "expected " + alternatives(siblings);
        }
        faults_.add(pointer, std::move(fault));
    }

    Profile& profile_;
    Faults& faults_;
};

} // namespace

void readProfile(const json& document, Profile& profile, Faults& faults) {
    if (!document.is_object()) {
        faults.add("", "is no object; expected an object with \"type\" and the section of the type");
        return;
    }
    DocumentReader(profile, faults).object(document, "", "");
}

} // namespace ppp::core
