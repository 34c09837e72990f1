# Libraries, each with what it is for. LibTorch is linked by path: its own CMake package needs a CUDA toolkit to
# configure and ties every program to the GPU libraries.
find_package(Threads REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)              # JSON
find_package(ICU 70 REQUIRED COMPONENTS uc i18n)       # Unicode in the byte-level BPE
find_library(SENTENCEPIECE_LIBRARY sentencepiece REQUIRED)
find_path(SENTENCEPIECE_INCLUDE_DIR sentencepiece_processor.h REQUIRED)
find_package(OpenSSL 3 REQUIRED COMPONENTS Crypto)     # SHA-256

if(MNEMO_ENGINE)
    find_package(CLI11 2.1 REQUIRED)                   # command line
    set(TORCH_ROOT "${PROJECT_SOURCE_DIR}/.deps/torch" CACHE PATH "the `torch` folder of the torch 2.11.0 wheel")
    if(NOT EXISTS ${TORCH_ROOT}/lib/libtorch_cpu.so)
        message(FATAL_ERROR "LibTorch is not at TORCH_ROOT=${TORCH_ROOT}. Run `make bootstrap`, or name the `torch` "
                            "folder of an installed torch 2.11.0 wheel with -DTORCH_ROOT=…")
    endif()
    add_library(torch_cpu SHARED IMPORTED GLOBAL)
    set_target_properties(torch_cpu PROPERTIES IMPORTED_LOCATION ${TORCH_ROOT}/lib/libtorch_cpu.so)
    target_include_directories(torch_cpu SYSTEM INTERFACE ${TORCH_ROOT}/include ${TORCH_ROOT}/include/torch/csrc/api/include)
    # at::parallel_for is a template: without OpenMP it compiles into a plain loop. LibTorch's own copy of the runtime, so
    # that there is one pool of threads.
    target_compile_options(torch_cpu INTERFACE $<$<COMPILE_LANGUAGE:CXX>:-fopenmp>)
    target_link_libraries(torch_cpu INTERFACE ${TORCH_ROOT}/lib/libc10.so ${TORCH_ROOT}/lib/libgomp.so.1 Threads::Threads)
    target_link_options(torch_cpu INTERFACE -Wl,--allow-shlib-undefined)
    list(APPEND CMAKE_BUILD_RPATH ${TORCH_ROOT}/lib)
endif()

if(MNEMO_WINDOW)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Widgets Svg PrintSupport)
    find_package(QCustomPlotQt6 REQUIRED)              # plots
endif()
if(MNEMO_TESTS)
    find_package(Qt6 6.4 REQUIRED COMPONENTS Test)
endif()
