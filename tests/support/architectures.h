// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QTest>

namespace mnemo::test {

/// Rows of a test over both architectures: the column "architecture" is config.json's model_type.
inline void architectures()
{
    QTest::addColumn<QString>("architecture");
    QTest::newRow("mamba") << "mamba";
    QTest::newRow("gpt_neox") << "gpt_neox";
}

}  // namespace mnemo::test
