// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/edited_checkpoint.h"

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"
#include "core/io/weight_files.h"

#include <unistd.h>
#include <algorithm>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

bool isFloat(Dtype dtype)
{
    return dtype == Dtype::F32 || dtype == Dtype::F64 || dtype == Dtype::F16 || dtype == Dtype::BF16;
}

Failure cannotWrite(const fs::path& folder, const std::string& why)
{
    return {ErrorCode::WriteFailed, "The folder " + shown(folder) + " cannot be written: " + why + ".",
            "Choose another folder, or free some space."};
}

/// A folder under a temporary name, which becomes the real one at the end, or goes.
class FolderToBe
{
public:
    explicit FolderToBe(fs::path folder)
        : m_folder(std::move(folder)), m_temporary(m_folder.string() + ".part-" + std::to_string(::getpid()))
    {
        std::error_code error;
        if (fs::exists(m_folder, error) && !fs::is_empty(m_folder, error))
            throw Failure(ErrorCode::Usage, shown(m_folder) + " exists and is not empty.",
                          "Name a new folder for the checkpoint.");
        fs::create_directories(m_temporary, error);
        if (error)
            throw cannotWrite(m_folder, error.message());
    }
    FolderToBe(const FolderToBe&) = delete;
    FolderToBe& operator=(const FolderToBe&) = delete;
    ~FolderToBe()
    {
        std::error_code ignored;
        fs::remove_all(m_temporary, ignored);
    }

    fs::path operator/(const std::string& name) const { return m_temporary / name; }

    void commit()
    {
        std::error_code error;
        fs::rename(m_temporary, m_folder, error);  // takes an empty folder's place
        if (error)
            throw cannotWrite(m_folder, error.message());
    }

private:
    fs::path m_folder;
    fs::path m_temporary;
};

void addTerm(std::vector<float>& weight, const TensorView& tensor, const WeightTerm& add)
{
    const auto inputs = std::int64_t(add.term.v.size());
    const auto outputs = std::int64_t(add.term.u.size());
    if (tensor.shape.size() != 2 || tensor.shape[1] != inputs || add.firstRow < 0 ||
        add.firstRow + outputs > tensor.shape[0])
        throw Failure(ErrorCode::Usage,
                      "The edit of " + add.term.matrix + " in layer " + std::to_string(add.term.layer) +
                          " does not fit the tensor " + tensor.name + ".",
                      "Choose the model it was made for.");
    for (std::int64_t o = 0; o < outputs; ++o) {
        const double scale = add.alpha * double(add.term.u[std::size_t(o)]);
        float* const row = weight.data() + (add.firstRow + o) * inputs;
        for (std::int64_t i = 0; i < inputs; ++i)
            row[i] = float(double(row[i]) + scale * double(add.term.v[std::size_t(i)]));
    }
}

/// One shard on its way: tensors that change hold their own bytes.
class Shard
{
public:
    Shard(const SafetensorsFile& file, const std::vector<WeightTerm>& terms, CheckpointType type)
        : m_file(file), m_terms(terms), m_type(type)
    {
    }

    template <class OnTensor>
    void write(const fs::path& path, const OnTensor& onTensor)
    {
        std::vector<TensorView> tensors;
        std::vector<std::vector<std::byte>> changed;
        changed.reserve(m_file.tensors().size());
        for (const TensorView& tensor : m_file.tensors()) {
            tensors.push_back(tensor);
            if (changes(tensor)) {
                tensors.back().dtype = m_type == CheckpointType::F32 ? Dtype::F32 : tensor.dtype;
                changed.push_back(edited(tensor, tensors.back().dtype));
                tensors.back().bytes = changed.back();
            }
            onTensor();
        }
        writeSafetensors(path, std::move(tensors), m_file.metadata());
    }

private:
    bool isEdited(const TensorView& tensor) const
    {
        return std::ranges::any_of(m_terms, [&](const WeightTerm& term) { return term.tensor == tensor.name; });
    }

    bool changes(const TensorView& tensor) const
    {
        return isEdited(tensor) ||
               (m_type == CheckpointType::F32 && isFloat(tensor.dtype) && tensor.dtype != Dtype::F32);
    }

    std::vector<std::byte> edited(const TensorView& tensor, Dtype dtype) const
    {
        std::vector<float> values = toFloats(tensor);
        for (const WeightTerm& term : m_terms)
            if (term.tensor == tensor.name)
                addTerm(values, tensor, term);
        return fromFloats(values, dtype);
    }

    const SafetensorsFile& m_file;
    const std::vector<WeightTerm>& m_terms;
    CheckpointType m_type;
};

void copyFile(const fs::path& from, const fs::path& to)
{
    const MappedFile file(from);
    AtomicFile copy(to);
    copy.write(file.bytes());
    copy.commit();
}

void writeConfig(const fs::path& from, const fs::path& to)
{
    const MappedFile file(from);
    const auto bytes = file.bytes();
    Json config = parseStrictOrdered({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, shown(from));
    for (const char* key : {"torch_dtype", "dtype"})  // the second is what newer versions write
        if (config.contains(key))
            config[key] = "float32";
    writeFileAtomically(to, config.dump(1) + "\n");
}

}  // namespace

void writeEditedCheckpoint(const fs::path& base, const std::vector<WeightTerm>& terms, CheckpointType type,
                           const Json& record, const fs::path& folder,
                           const std::function<void(std::size_t, std::size_t)>& onTensor)
{
    const WeightFiles weights(base);
    for (const WeightTerm& term : terms)
        weights.get(term.tensor);
    FolderToBe copy(folder);
    std::size_t done = 0;
    const std::size_t total = weights.names().size();
    for (const auto& file : weights.files())
        Shard(*file, terms, type).write(copy / file->path().filename().string(), [&] { onTensor(++done, total); });
    const bool converted = type == CheckpointType::F32;
    for (const fs::directory_entry& entry : fs::directory_iterator(base)) {
        const std::string name = entry.path().filename().string();
        if (!entry.is_regular_file() || entry.path().extension() == ".safetensors")
            continue;
        if (name == "config.json" && converted)
            writeConfig(entry.path(), copy / name);
        else
            copyFile(entry.path(), copy / name);
    }
    writeFileAtomically(copy / "mnemo_edits.json", record.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    copy.commit();
}

}  // namespace mnemo
