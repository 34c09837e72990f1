# What every target of ours is compiled with.
add_library(mnemo_warnings INTERFACE)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(mnemo_gnu_warnings -Wshadow=local)
    set(mnemo_gnu_ghosts -Wno-maybe-uninitialized)
endif()
set(mnemo_warning_flags -Wall -Wextra -Wpedantic ${mnemo_gnu_warnings} -Wnon-virtual-dtor
    -Wno-missing-field-initializers)  # designated initialisers leave out what keeps its default
target_compile_options(mnemo_warnings INTERFACE "$<$<COMPILE_LANGUAGE:CXX>:${mnemo_warning_flags}>")
if(MNEMO_SANITIZE)
    # Less optimised: it compiles in half the time, and g++ warns of ghosts in instrumented code.
    target_compile_options(mnemo_warnings INTERFACE
        "$<$<COMPILE_LANGUAGE:CXX>:-fsanitize=${MNEMO_SANITIZE};-fno-omit-frame-pointer;-O1;${mnemo_gnu_ghosts}>")
    target_link_options(mnemo_warnings INTERFACE -fsanitize=${MNEMO_SANITIZE})
endif()
