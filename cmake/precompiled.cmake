# Headers of libraries that nearly every file reads, compiled once: they are nine tenths of what a file's compiler reads.
#
# None of our own headers are among them, so that a change of one compiles only what includes it, and every checkout makes
# the same bytes, which ccache shares. Each file still includes what it uses: the suite `headers` compiles every header of
# ours alone and without these. Only for GCC: clang 14 writes the time into them.
if(NOT CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  function(sojourn_precompile_all folder)
  endfunction()
  return()
endif()

# What ccache needs to see what a precompiled header holds.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
# Some of the libraries ask for it, and it defines a macro: what is read must not depend on who reads it.
add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-pthread>)

set(empty ${CMAKE_BINARY_DIR}/precompiled.cc)
file(CONFIGURE OUTPUT ${empty} CONTENT "" @ONLY)

set(library_headers
  <algorithm> <array> <atomic> <charconv> <chrono> <cmath> <condition_variable> <cstddef> <cstdint> <cstdlib> <cstring>
  <deque> <filesystem> <fstream> <functional> <future> <limits> <map> <memory> <mutex> <optional> <ranges> <set> <span>
  <sstream> <string> <string_view> <thread> <tuple> <unordered_map> <utility> <variant> <vector>
  <absl/container/flat_hash_map.h> <absl/container/flat_hash_set.h> <absl/time/time.h> <fmt/format.h> <tl/expected.hpp>)

add_library(sojourn_precompiled OBJECT ${empty})
target_link_libraries(sojourn_precompiled PRIVATE absl::flat_hash_map absl::time fmt::fmt simdjson::simdjson)
target_precompile_headers(sojourn_precompiled PRIVATE ${library_headers})

add_library(sojourn_precompiled_test OBJECT ${empty})
target_link_libraries(sojourn_precompiled_test
  PRIVATE absl::flat_hash_map absl::time fmt::fmt simdjson::simdjson GTest::gtest_main GTest::gmock)
target_precompile_headers(sojourn_precompiled_test PRIVATE ${library_headers} <gtest/gtest.h> <gmock/gmock.h>)

# Lets every program and library below FOLDER read them: tests, those with GoogleTest's headers too.
function(sojourn_precompile_all folder)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target ${targets})
    get_target_property(type ${target} TYPE)
    if(NOT type MATCHES "^(STATIC_LIBRARY|EXECUTABLE)$")
      continue()
    endif()
    # Only what is compiled with the same macros, which come with these libraries.
    get_target_property(libraries ${target} LINK_LIBRARIES)
    if(NOT libraries MATCHES "sojourn_|simdjson::simdjson")
      continue()
    endif()
    if(libraries MATCHES "gtest")
      target_precompile_headers(${target} REUSE_FROM sojourn_precompiled_test)
    else()
      target_precompile_headers(${target} REUSE_FROM sojourn_precompiled)
    endif()
  endforeach()
  get_property(subfolders DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(subfolder ${subfolders})
    sojourn_precompile_all(${subfolder})
  endforeach()
endfunction()
