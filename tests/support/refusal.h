// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"

#include <QTest>
#include <functional>
#include <string>

namespace mnemo::test {

/// What a function refuses; an Internal error when it refuses nothing.
inline Error refusal(const std::function<void()>& function)
{
    try {
        function();
    } catch (const Failure& failure) {
        return failure.error();
    }
    return {ErrorCode::Internal, "it was taken", ""};
}

}  // namespace mnemo::test

/// A Failure of this code whose message holds these words and which says what to do.
#define VERIFY_REFUSED(expression, expectedCode, words)                                                                \
    do {                                                                                                               \
        const mnemo::Error error_ = mnemo::test::refusal([&] { (void)(expression); });                                 \
        QVERIFY2(error_.code == (expectedCode), (std::string(codeName(error_.code)) + ": " + error_.message).c_str()); \
        QVERIFY2(error_.message.find(words) != std::string::npos, error_.message.c_str());                             \
        QVERIFY2(!error_.hint.empty(), "no hint");                                                                     \
    } while (false)
