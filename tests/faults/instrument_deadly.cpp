// SPDX-License-Identifier: LGPL-2.1-or-later
// The daemon of fault tests: dies (SIGKILL) before the step whose number stands in $PPP_FAULTS/die-before,
// once, and lists its steps in $PPP_FAULTS/steps. Without that variable it lives as any other.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <unistd.h>
#include <utility>

#include "instrument.hpp"
#include "support/dying_ports.hpp"

namespace ppp {

namespace {

std::string inFolder(const char* file) {
    const char* folder = std::getenv("PPP_FAULTS");
    return folder == nullptr ? std::string() : std::string(folder) + '/' + file;
}

class Death final : public test::Fate {
public:
    Death() : steps_(inFolder("steps"), std::ios::app) {
        const std::string path = inFolder("die-before");
        std::ifstream plan(path);
        if (plan >> last_) {
            unlink(path.c_str()); // the next life lives
        }
    }
    void step(const std::string& what) override {
        steps_ << ++count_ << ' ' << what << std::endl;
        if (count_ == last_) {
            steps_ << count_ << " died" << std::endl;
            std::raise(SIGKILL);
        }
    }

private:
    std::ofstream steps_;
    unsigned long last_ = 0, count_ = 0;
};

class DyingKeeper final : public sys::FdKeeper {
public:
    DyingKeeper(test::Fate& fate, sys::FdKeeper& real) : fate_(fate), real_(real) {}
    bool push(const std::string& name, int fd) override {
        fate_.step("keep descriptor " + name);
        return real_.push(name, fd);
    }
    void remove(const std::string& name) override {
        fate_.step("drop descriptor " + name);
        real_.remove(name);
    }
    sys::UniqueFd take(const std::string& name) override { return real_.take(name); }
    std::vector<std::string> names() const override { return real_.names(); }

private:
    test::Fate& fate_;
    sys::FdKeeper& real_;
};

class Deadly final : public Instrument {
public:
    core::Ports ports(const core::Ports& real) override {
        ports_ = std::make_unique<test::DyingPorts>(death_, real);
        return ports_->ports();
    }
    sys::FdKeeper& keeper(sys::FdKeeper& real) override {
        keeper_ = std::make_unique<DyingKeeper>(death_, real);
        return *keeper_;
    }
    void step(const std::string& what) override { death_.step(what); }

private:
    Death death_;
    std::unique_ptr<test::DyingPorts> ports_;
    std::unique_ptr<DyingKeeper> keeper_;
};

} // namespace

std::unique_ptr<Instrument> makeInstrument() {
    return std::make_unique<Deadly>();
}

} // namespace ppp
