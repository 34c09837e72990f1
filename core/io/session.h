// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/io/safetensors.h"

#include <map>

namespace mnemo {

/// A tensor this program did not write and does not know; kept and written back.
struct StoredTensor {
    std::string name;
    Dtype dtype = Dtype::U8;
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;

    bool operator==(const StoredTensor&) const = default;
};

/// What a `*.mnemo` file holds: results with their raw arrays, and a JSON document with everything else (facts, view,
/// notes, …). Needs neither model nor tokenizer. One safetensors file: `session` in its metadata
/// is the document with "runs" (session_run.h), the arrays are the tensors r0/h.p (F64) and r0/h.p.state (U8). Both
/// have a checksum there, `sha256:session` and `sha256:tensors`.
struct Session {
    static constexpr int formatVersion = 1;                  ///< what this program writes
    static constexpr int minReader = 1;                      ///< the oldest reader that understands it
    static constexpr std::uint64_t headerLimit = 64u << 20;  ///< bytes; longer headers are not read

    Json document = Json::object();  ///< all keys but "runs"; unknown ones survive reading and writing
    std::vector<ResultPtr> results;
    std::map<ResultPtr, Json> extras;  ///< keys of a run's entry that this program does not know (session_run.h)
    TensorMetadata metadata;           ///< as read: title, licence, created, …; what writing fills in is replaced
    std::vector<StoredTensor> otherTensors;
    bool readOnly = false;  ///< written by a newer version that asks older ones not to overwrite it
};

/// Reads a whole session into memory.
/// @throws Failure NotFound, Unreadable, Damaged (a broken file, a wrong checksum, a result whose tensors do not fit
/// it),
///         UnsupportedModel when a newer version wrote something this one cannot read
Session readSession(const std::filesystem::path& path);

/// Writes the session, whole or not at all. Paths and weights are never stored.
/// @throws Failure WriteFailed naming the folder; Usage when the session is readOnly
void writeSession(const Session& session, const std::filesystem::path& path);

/// A session with this result alone.
void writeSession(const Result& result, const std::filesystem::path& path);

}  // namespace mnemo
