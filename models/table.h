// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"
#include "core/data/site.h"
#include "core/engine/loaded_model.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mnemo {

struct Weights;      // core/engine/weights.h
struct ModelConfig;  // core/io/model_config.h

/// One architecture: config.json's model_type and how to build it.
struct Architecture {
    std::string modelType;
    std::vector<SiteKind> sites;
    std::vector<SiteKind> traceSites;  ///< as ModelInfo's
    std::vector<std::string> matrices;
    int paperLayers = 64;  ///< as ModelInfo's
    std::function<std::unique_ptr<LanguageModel>(const ModelConfig&, Weights&)> build;
};

/// Every architecture this program has.
std::vector<Architecture> builtInArchitectures();

/// config.json of a folder; of an architecture that core/io does not know the keys that all share.
/// @throws Failure as readModelConfig()
ModelConfig readConfigFor(const std::filesystem::path& folder, const std::vector<Architecture>& architectures);

/// @throws Failure UnsupportedModel
const Architecture& architectureOf(const ModelConfig& config, const std::vector<Architecture>& architectures);

struct LoadOptions {
    std::string device = "auto";  ///< auto | cpu | cuda | cuda:n
    std::string dtype = "f32";    ///< f32 | bf16 (f64 in tests)
};

/// Reads a folder in Hugging Face format. Reports "tensors" as progress.
/// @throws Failure NotFound, Unreadable, Damaged, UnsupportedModel, OutOfMemory; Cancelled
LoadedModel loadCheckpoint(const std::filesystem::path& folder, const LoadOptions& options,
                           const std::vector<Architecture>& architectures, Reporter& reporter);

}  // namespace mnemo
