// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/checkpoint_folder.h"

#include "core/io/safetensors.h"

#include <ATen/ATen.h>
#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <stdexcept>

namespace mnemo::test {
namespace {

void write(const QString& path, const QByteArray& text)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        throw std::runtime_error("cannot write " + path.toStdString());
}

QByteArray byteTokenizer()
{
    QJsonObject vocabulary;  // each byte by its printable stand-in
    for (int byte = 0, shifted = 256; byte < 256; ++byte) {
        const bool printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
        vocabulary[QString(QChar(printable ? byte : shifted++))] = byte;
    }
    const QJsonObject model{{"type", "BPE"}, {"vocab", vocabulary}, {"merges", QJsonArray()}};
    const QJsonObject bytes{{"type", "ByteLevel"}, {"add_prefix_space", false}, {"trim_offsets", true}};
    const QJsonObject document{{"version", "1.0"},
                               {"added_tokens", QJsonArray()},
                               {"normalizer", QJsonObject{{"type", "NFC"}}},
                               {"pre_tokenizer", bytes},
                               {"decoder", bytes},
                               {"model", model}};
    return QJsonDocument(document).toJson();
}

}  // namespace

void writeCheckpoint(const NamedTensors& tensors, const QByteArray& config, const QString& folder)
{
    std::vector<at::Tensor> keep;
    std::vector<TensorView> views;
    for (const auto& [name, tensor] : tensors) {
        keep.push_back(tensor.to(at::kFloat).contiguous());
        const auto* bytes = static_cast<const std::byte*>(keep.back().data_ptr());
        views.push_back({name, Dtype::F32, tensor.sizes().vec(), {bytes, std::size_t(keep.back().nbytes())}});
    }
    writeSafetensors((folder + "/model.safetensors").toStdString(), views);
    write(folder + "/config.json", config);
    write(folder + "/tokenizer.json", byteTokenizer());
}

}  // namespace mnemo::test
