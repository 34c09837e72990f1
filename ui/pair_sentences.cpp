// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pair_sentences.h"

#include "core/data/error.h"

namespace mnemo {

PairSentences PairSentences::load(const QString& file)
{
    PairSentences sentences;
    try {
        sentences.m_material = readIoiMaterial(file.toStdString());
    } catch (const Failure&) {  // experiments with pairs say what is wrong with it
    }
    return sentences;
}

bool PairSentences::contains(const QString& text) const
{
    return m_material && isSentenceOf(*m_material, text.trimmed().toStdString());
}

}  // namespace mnemo
