// SPDX-License-Identifier: GPL-3.0-or-later
// Sessions drawn by a seed: whatever a program may have to save, and some things that it would not.
#pragma once
#include "core/io/session.h"
#include "core/io/session_edits.h"
#include "core/io/session_pairs.h"
#include "tests/io/sample_edit.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <random>

namespace io_test {

class SessionSampler
{
public:
    explicit SessionSampler(unsigned seed) : m_random(seed) {}

    mnemo::Session session()
    {
        mnemo::Session session;
        for (int i = upTo(4); i > 0; --i)
            session.results.push_back(std::make_shared<const mnemo::Result>(result()));
        if (chance()) {
            session.results.push_back(std::make_shared<const mnemo::Result>(romeResult(upTo(9))));
            mnemo::setSessionEdits(session, {{session.results.size() - 1, chance(), 0.5}});
        }
        for (int i = upTo(3); i > 0; --i)
            session.document[text()] = json(3);
        for (const mnemo::ResultPtr& run : session.results)
            if (chance())
                session.extras[run] = extra(*run);
        for (const char* key : {"title", "license", "x-other"})
            if (chance())
                session.metadata[key] = text();
        for (int i = upTo(3); i > 0; --i)
            session.otherTensors.push_back(tensor("x" + std::to_string(i) + "/" + text()));
        std::ranges::sort(session.otherTensors, {}, &mnemo::StoredTensor::name);  // as they are read
        session.document.erase("runs");
        return session;
    }

private:
    int upTo(int most) { return std::uniform_int_distribution<int>(0, most)(m_random); }
    bool chance() { return upTo(1) == 1; }

    /// Any bits, or one of the numbers that are easily lost.
    double number()
    {
        constexpr double limits[] = {0.0,
                                     -0.0,
                                     1 / 3.0,
                                     std::numeric_limits<double>::denorm_min(),
                                     std::numeric_limits<double>::max(),
                                     std::numeric_limits<double>::infinity(),
                                     -std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::quiet_NaN()};
        return chance() ? limits[upTo(7)] : std::bit_cast<double>(std::uint64_t(m_random()) << 32 | m_random());
    }

    /// Never the name of a key of the format: those have tests of their own.
    std::string text()
    {
        static const char* pieces[] = {"Łódź",   "é",    "\u0301", "東京", "🗼", " ",      "\n",      "\t",
                                       "\"",     "\\",   "/",      "~1",   ".", ".state", "state",   "%s",
                                       "\u2028", "\x7f", "q",      "Z",    "0", "{}",     "<|end|>", "\x01"};
        std::string text = "·";
        for (int i = upTo(5); i > 0; --i)
            text += pieces[upTo(int(std::size(pieces)) - 1)];
        return text;
    }

    mnemo::Json json(int depth)
    {
        switch (upTo(depth > 0 ? 7 : 5)) {
            case 0:
                return nullptr;
            case 1:
                return chance();
            case 2:
                return text();
            case 3:
                return std::int64_t(m_random()) - (std::int64_t(1) << 31);
            case 4:
                return std::isfinite(m_last = number()) ? mnemo::Json(m_last) : mnemo::Json(nullptr);
            case 5:
                return std::uint64_t(m_random()) << 32;
            case 6: {
                mnemo::Json list = mnemo::Json::array();
                for (int i = upTo(4); i > 0; --i)
                    list.push_back(json(depth - 1));
                return list;
            }
            default:
                return object(depth - 1);
        }
    }

    mnemo::Json object(int depth)
    {
        mnemo::Json object = mnemo::Json::object();
        for (int i = upTo(4); i > 0; --i)
            object[text()] = json(depth);
        return object;
    }

    mnemo::Array array(const std::string& name)
    {
        std::vector<mnemo::Axis> axes;
        for (int i = upTo(3); i > 0; --i) {
            mnemo::Axis axis{text(), {}};
            for (int label = upTo(4); label > 0; --label)
                axis.labels.push_back(text());
            axes.push_back(std::move(axis));
        }
        mnemo::Array array = mnemo::Array::make(name, std::move(axes), text());
        for (std::size_t i = 0; i < array.size(); ++i) {
            array.values[i] = number();
            array.states[i] = mnemo::CellState(upTo(3));
        }
        return array;
    }

    /// No trace: what the head of one must be like has tests of its own.
    mnemo::Result result()
    {
        static const char* kinds[] = {"average", "paths",    "knockout",          "predict",
                                      "lens",    "evaluate", "of-a-newer-program"};
        mnemo::Result result;
        result.kind = kinds[upTo(6)];
        result.title = text();
        result.parameters = object(2);
        result.model = {{"name", text()}, {"hash", text()}, {"layers", upTo(64)}};
        result.head = object(3);
        result.provenance = object(1);
        result.done = chance() ? 1 : upTo(1000) / 1000.0;
        const std::string stem = text();
        for (const char* end : {"", ".state", ".state.", ".state.state"})
            if (chance())
                result.arrays.push_back(std::make_shared<const mnemo::Array>(array(stem + end)));
        return result;
    }

    mnemo::Json extra(const mnemo::Result& run)
    {
        mnemo::Json extra{{"x-mark", json(2)}};
        for (const mnemo::ArrayPtr& array : run.arrays)
            if (chance())
                extra["arrays"][array->name] = {{"x-of-array", json(1)}};
        return extra;
    }

    mnemo::StoredTensor tensor(std::string name)
    {
        const std::vector<std::int64_t> shape{upTo(3), upTo(3)};
        std::vector<std::byte> bytes(std::size_t(shape[0] * shape[1]) * 4);
        for (std::byte& byte : bytes)
            byte = std::byte(upTo(255));
        return {std::move(name), mnemo::Dtype::I32, shape, std::move(bytes)};
    }

    std::mt19937 m_random;
    double m_last = 0;
};

}  // namespace io_test
