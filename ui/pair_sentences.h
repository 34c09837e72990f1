// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/ioi_material.h"

#include <QString>
#include <optional>

namespace mnemo {

/// Sentences of two people, which the models that come with the program have read beside facts.
class PairSentences
{
public:
    /// @param file of IoiMaterial; one that cannot be read has no sentences
    static PairSentences load(const QString& file);

    bool contains(const QString& text) const;

private:
    std::optional<IoiMaterial> m_material;
};

}  // namespace mnemo
