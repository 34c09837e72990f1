// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/weights.h"

#include <QByteArray>
#include <QString>

namespace mnemo::test {

/// A folder in Hugging Face format: tensors as F32, the given config.json, and a tokenizer of the 256 bytes.
void writeCheckpoint(const NamedTensors& tensors, const QByteArray& config, const QString& folder);

}  // namespace mnemo::test
