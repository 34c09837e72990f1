// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/noise.h"

#include "core/data/error.h"
#include "core/io/npy.h"

#include <ATen/ops/from_blob.h>
#include <algorithm>
#include <cmath>
#include <fstream>
#include <numbers>
#include <numeric>

namespace mnemo {
namespace {

constexpr std::uint64_t golden = 0x9E3779B97F4A7C15;

std::uint64_t mix(std::uint64_t x)
{
    x += golden;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

/// In (0, 1): 53 bits, never 0, so that the logarithm is finite.
double uniform(std::uint64_t bits)
{
    return (double(bits >> 11) + 0.5) * 0x1p-53;
}

/// Subjects of a fact list: [{"subject": …}] or {"samples": [{"subject": …}]}.
std::vector<std::string> readSubjects(const std::filesystem::path& file)
{
    if (file.empty())
        throw Failure(ErrorCode::Usage, "sigma is \"facts\", and there is no fact list.",
                      "Name one with --fact-list, or use --sigma embedding.");
    std::ifstream stream(file);
    if (!stream)
        throw Failure(ErrorCode::NotFound, "The fact list " + file.string() + " cannot be opened.", "Check its path.");
    try {
        const Json json = Json::parse(stream);
        std::vector<std::string> subjects;
        for (const Json& fact : json.is_object() ? json.at("samples") : json)
            subjects.push_back(fact.at("subject").get<std::string>());
        if (!subjects.empty())
            return subjects;
    } catch (const Json::exception& e) {
        throw Failure(ErrorCode::Damaged, "The fact list " + file.string() + " cannot be read: " + e.what() + ".",
                      "Write it as [{\"subject\": \"…\"}, …].");
    }
    throw Failure(ErrorCode::Usage, "The fact list " + file.string() + " is empty.", "Name another one.");
}

std::vector<int> sigmaTokens(const FactParams& params, const LoadedModel& model)
{
    std::vector<int> ids;
    if (params.sigma == SigmaOf::Embedding) {
        ids.resize(std::size_t(std::min(model.tokenizer->size(), model.model->info().vocabRows)));
        std::iota(ids.begin(), ids.end(), 0);
        return ids;
    }
    for (const std::string& subject : readSubjects(params.factList))
        for (const Token& token : model.tokenizer->encode(subject))
            ids.push_back(token.id);
    return ids;
}

/// "[2, 3, 16]"
std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i > 0 ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

Noise noiseFromFile(const FactParams& params, int subjectTokens, int dModel)
{
    const HostTensor all = readNpy(params.noiseFile);
    if (all.shape.size() != 3 || all.shape[0] < 1 || all.shape[1] != subjectTokens || all.shape[2] != dModel)
        throw Failure(ErrorCode::Usage,
                      "The noise file " + params.noiseFile.string() + " has the shape " + shapeText(all.shape) +
                          ", not [samples, " + std::to_string(subjectTokens) + ", " + std::to_string(dModel) + "].",
                      "Write one number per sample, subject token and dimension.");
    Noise noise;
    const auto size = std::ptrdiff_t(subjectTokens) * dModel;
    for (std::int64_t s = 0; s < all.shape[0]; ++s) {
        const auto from = all.values.begin() + s * size;
        noise.samples.push_back(
            std::make_shared<const HostTensor>(HostTensor{{subjectTokens, dModel}, {from, from + size}}));
    }
    return noise;
}

Noise noiseFromGenerator(const FactParams& params, int subjectTokens, int dModel)
{
    Noise noise;
    for (int s = 0; s < params.samples; ++s) {
        HostTensor sample{{subjectTokens, dModel}, {}};
        sample.values.reserve(std::size_t(sample.size()));
        for (int token = 0; token < subjectTokens; ++token)
            for (int d = 0; d < dModel; ++d)
                sample.values.push_back(float(normalNumber(std::uint64_t(params.seed), s, token, d)));
        noise.samples.push_back(std::make_shared<const HostTensor>(std::move(sample)));
    }
    return noise;
}

}  // namespace

double normalNumber(std::uint64_t seed, std::uint64_t sample, std::uint64_t token, std::uint64_t dimension)
{
    const std::uint64_t key = mix(mix(mix(mix(seed) ^ sample) ^ token) ^ dimension);
    const double radius = std::sqrt(-2 * std::log(uniform(mix(key))));
    return radius * std::cos(2 * std::numbers::pi * uniform(mix(key + golden)));
}

double embeddingDeviation(const LanguageModel& model, const std::vector<int>& ids)
{
    constexpr std::size_t chunk = 4096;
    double sum = 0;
    double squares = 0;
    double count = 0;
    for (std::size_t first = 0; first < ids.size(); first += chunk) {
        std::vector<std::int64_t> some(ids.begin() + std::ptrdiff_t(first),
                                       ids.begin() + std::ptrdiff_t(std::min(ids.size(), first + chunk)));
        const at::Tensor ids_X =
            at::from_blob(some.data(), {std::int64_t(some.size())}, at::kLong).to(model.options().device());
        const at::Tensor rows_XD = model.embed(ids_X).to(at::kCPU, at::kFloat).contiguous();
        const float* values = rows_XD.const_data_ptr<float>();
        for (std::int64_t i = 0; i < rows_XD.numel(); ++i) {
            sum += values[i];
            squares += double(values[i]) * values[i];
        }
        count += double(rows_XD.numel());
    }
    const double mean = sum / count;
    return std::sqrt(std::max(0.0, squares / count - mean * mean));
}

Noise makeNoise(const FactParams& params, int subjectTokens, const LoadedModel& model)
{
    const int dModel = model.model->info().dModel;
    Noise noise = params.noiseFile.empty() ? noiseFromGenerator(params, subjectTokens, dModel)
                                           : noiseFromFile(params, subjectTokens, dModel);
    noise.sigma = params.noise > 0 ? params.noise * embeddingDeviation(*model.model, sigmaTokens(params, model)) : 1.0;
    for (auto& sample : noise.samples) {
        HostTensor scaled = *sample;
        for (float& value : scaled.values)
            value = float(double(value) * noise.sigma);
        sample = std::make_shared<const HostTensor>(std::move(scaled));
    }
    return noise;
}

}  // namespace mnemo
