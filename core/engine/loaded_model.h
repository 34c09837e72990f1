// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "core/engine/language_model.h"
#include "core/io/tokenizer.h"

#include <filesystem>
#include <memory>
#include <string>

namespace mnemo {

/// A checkpoint in memory: weights, tokenizer, and what identifies it in results.
struct LoadedModel {
    std::shared_ptr<const LanguageModel> model;
    std::shared_ptr<const Tokenizer> tokenizer;
    std::filesystem::path folder;
    std::string name;    ///< catalogue name or the folder's last part
    std::string hash;    ///< "sha256:…" over config.json, tokenizer and weights' headers and sizes
    std::string dtype;   ///< "f32", "bf16"
    std::string device;  ///< "cpu", "cuda:0"
    bool tf32 = false;   ///< factors of its products are rounded to 11 bits

    Json describe()
        const;  ///< {"name","hash","architecture","layers","d_model","vocabulary","dtype","device","tf32","sites":[…],"matrices":[…],"tokenizer","demonstration"}
};

}  // namespace mnemo
