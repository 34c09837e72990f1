// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/serve_engine.h"

#include "app/mnemo/tensors.h"
#include "core/engine/device.h"
#include "core/engine/free_memory.h"
#include "core/io/catalog.h"
#include "core/io/model_config.h"
#include "models/memory_need.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/util/Exception.h>
#include <torch/headeronly/version.h>
#include <array>
#include <chrono>
#include <cstdio>

namespace mnemo {
namespace {

constexpr std::chrono::milliseconds longJob{500};
constexpr const char* loadKey = "model/load";
constexpr std::size_t longestText = std::size_t(1) << 20;       ///< to tokenise: it holds up all other requests
constexpr std::size_t mostReplyBytes = std::size_t(128) << 20;  ///< unread by the window: read no further

/// Jobs of different classes are in memory at once (the lower ones paused), so each class has its share.
std::int64_t memoryShare(JobClass jobClass, std::int64_t whole)
{
    constexpr std::array<int, 4> eighths{1, 4, 2, 1};
    return whole / 8 * eighths[std::size_t(jobClass)];
}

Json names(const std::vector<SiteKind>& kinds)
{
    Json list = Json::array();
    for (const SiteKind kind : kinds)
        list.push_back(siteName(kind));
    return list;
}

/// What a checkpoint will take of memory; null when its config.json cannot be read.
Json needsOf(const std::filesystem::path& folder, const std::vector<Architecture>& architectures)
{
    try {
        const ModelConfig config = readConfigFor(folder, architectures);
        return memoryNeeds(config, architectureOf(config, architectures));
    } catch (const Failure&) {
        return {};  // said when it is loaded
    }
}

/// A broken installation still serves folders.
Json catalogue(const std::vector<Architecture>& architectures)
{
    Json list = Json::array();
    try {
        for (const CatalogEntry& entry : readCatalog())
            list.push_back({{"name", entry.name},
                            {"title", entry.summary},
                            {"demonstration", entry.demonstration},
                            {"shipped", !entry.shipped.empty()},
                            {"folder", entry.folder ? Json(entry.folder->string()) : Json()},
                            {"memory", entry.folder ? needsOf(*entry.folder, architectures) : Json()}});
    } catch (const Failure& failure) {
        std::fprintf(stderr, "%s\n", failure.what());
    }
    return list;
}

}  // namespace

ServeEngine::ServeEngine(const ServeOptions& options, Outbox::Write write)
    : m_options(options),
      m_store(options.architectures),
      m_outbox(std::move(write)),
      m_queue([this](const Job& job, Reporter& reporter) { return runJob(job, reporter); },
              [this](JobId id, Event event) { m_outbox.pushEvent(id, std::move(event)); },
              {.log =
                   [](JobId id, const std::string& line) {
                       std::fprintf(stderr, "job %lld: %s\n", static_cast<long long>(id), line.c_str());
                   }}),
      m_server(hooks())
{
}

void ServeEngine::onItem(const FrameReader::Item& item)
{
    m_outbox.beginReply();
    const auto* body = std::get_if<std::string>(&item);
    m_outbox.endReply(body ? m_server.handle(*body) : RpcServer::refuse(std::get<Error>(item)));
}

bool ServeEngine::isStuck() const
{
    return m_outbox.replyBytes() > mostReplyBytes;
}

ServerHooks ServeEngine::hooks()
{
    return {.initialize = [this] { return describe(); },
            .load = [this](const LoadRequest& request) { return submitLoad(request); },
            .tokenize = [this](const std::string& hash, const std::string& text,
                               Prefix prefix) { return tokenize(hash, text, prefix); },
            .putEdit = [this](EditTerm edit) { m_store.putEdit(std::move(edit)); },
            .submit = [this](Job job) { return submit(std::move(job)); },
            .cancel = [this](JobId id) { m_queue.cancel(id); },
            .cancelTag = [this](const std::string& tag) { m_queue.cancelTag(tag); },
            .cancelAll = [this] { m_queue.cancelAll(); },
            .shutdown = [this] { m_shutdown = true; }};
}

Json ServeEngine::describe() const
{
    Json experiments = Json::array();
    for (const Experiment& known : m_options.experiments)
        experiments.push_back(toJson(known.schema));
    Json architectures = Json::array();
    for (const Architecture& known : m_options.architectures)
        architectures.push_back({{"name", known.modelType},
                                 {"sites", names(known.sites)},
                                 {"trace_sites", names(known.traceSites)},
                                 {"matrices", known.matrices}});
    return {{"server", {{"name", "mnemo"}, {"version", MNEMO_VERSION}, {"torch", TORCH_VERSION}}},
            {"devices", devices()},
            {"cuda_problem", cudaProblem().empty() ? Json() : Json(cudaProblem())},
            {"dtypes", {"f32", "bf16"}},
            {"threads", at::get_num_threads()},
            {"experiments", experiments},
            {"architectures", architectures},
            {"catalog", catalogue(m_options.architectures)}};
}

const Experiment& ServeEngine::experiment(const std::string& key) const
{
    for (const Experiment& known : m_options.experiments)
        if (known.schema.key == key)
            return known;
    throw Failure(ErrorCode::Usage, "The experiment \"" + key.substr(0, 60) + "\" is not known.",
                  "Choose one of those that `initialize` lists.");
}

/// What can be wrong with a job is said in the reply, before it waits.
JobId ServeEngine::submit(Job job)
{
    job.parameters = experiment(job.experiment).schema.complete(job.parameters);
    m_store.find(job.model);
    m_store.checkEdits(job.edits);
    return m_queue.submit(std::move(job));
}

JobId ServeEngine::submitLoad(LoadRequest request)
{
    if (request.device == "auto")
        request.device = m_options.device;
    if (request.dtype == "auto")
        request.dtype = m_options.dtype;
    // Whoever loads a model waits for it: before every job that merely shows something.
    return m_queue.submit({.experiment = loadKey, .parameters = toJson(request), .jobClass = JobClass::Selection});
}

Prompt ServeEngine::tokenize(const std::string& hash, const std::string& text, Prefix prefix)
{
    if (text.size() > longestText)
        throw Failure(ErrorCode::PromptTooLong, "The text has " + std::to_string(text.size()) + " bytes.",
                      "Shorten it to " + std::to_string(longestText) + " bytes.");
    return makePrompt(*m_store.find(hash)->tokenizer, text, prefix);
}

ResultPtr ServeEngine::runJob(const Job& job, Reporter& reporter)
{
    try {
        return std::make_shared<const Result>(job.experiment == loadKey ? runLoad(job, reporter)
                                                                        : runExperiment(job, reporter));
    } catch (const c10::Error& error) {
        std::fprintf(stderr, "%s\n", error.what());
        throw Failure(tensorError(error).value());
    }
}

Result ServeEngine::runLoad(const Job& job, Reporter& reporter)
{
    const std::size_t before = m_store.reads();
    const LoadRequest request = loadRequestFromJson(job.parameters);
    Result result;
    result.kind = "model";
    reporter.partial([&] {  // while it is read: what it is going to take
        result.head = {{"memory", needsOf(resolveModel(request.model), m_options.architectures)},
                       {"dtype", request.dtype},
                       {"free", freeMemory(openDevice(request.device))}};
        return result;
    });
    const LoadedModelPtr model = m_store.load(request, reporter);
    result.title = model->name;
    result.parameters = job.parameters;
    result.model = model->describe();
    result.head = {{"read", m_store.reads() > before}};
    return result;
}

Result ServeEngine::runExperiment(const Job& job, Reporter& reporter)
{
    const LoadedModelPtr model = m_store.find(job.model);  // may have made room for another while the job waited
    const ExperimentContext context{
        *model, m_store.edits(job.edits, *model),
        memoryShare(job.jobClass, memoryBudget(m_options.memoryBytes, model->model->options().device()))};
    const auto begin = std::chrono::steady_clock::now();
    Result result = experiment(job.experiment).run(job.parameters, context, reporter);
    if (std::chrono::steady_clock::now() - begin > longJob)
        returnFreedMemory();  // takes tens of milliseconds: nothing to do while somebody types
    return result;
}

}  // namespace mnemo
