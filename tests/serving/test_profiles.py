"""Profiles: the command lines they make, and what is said when they are wrong."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from serving.errors import ProfileError
from serving.processor import cpu_dtype, cpu_threads
from serving.profiles import Source, load_profile, profile_names
from serving.settings import Settings

SERVER = [sys.executable, "-m", "vllm.entrypoints.openai.api_server"]


def after(command: list[str], flag: str) -> str:
    return command[command.index(flag) + 1]


def test_four_profiles_come_along() -> None:
    assert profile_names() == ["cpu", "cpu-multilingual", "gpu", "remote"]


def test_cpu_command_line() -> None:
    profile = load_profile("cpu", Settings())
    command = profile.command(Path("models/smollm2-135m-instruct"))
    assert command[:3] == SERVER
    assert after(command, "--model") == "models/smollm2-135m-instruct"
    assert after(command, "--served-model-name") == profile.model == "smollm2-135m-instruct"
    assert after(command, "--host") == "127.0.0.1"
    assert after(command, "--port") == "8001"
    assert after(command, "--max-model-len") == "2048"
    assert after(command, "--dtype") in {"bfloat16", "float32"}
    assert {"--enforce-eager", "--enable-prefix-caching"} <= set(command)
    assert profile.address == "http://127.0.0.1:8001/v1"
    assert profile.environment["VLLM_CPU_KVCACHE_SPACE"] == "1"
    assert profile.environment["HF_HUB_OFFLINE"] == "1"
    assert profile.variables()["OMP_NUM_THREADS"] == str(cpu_threads())


def test_gpu_command_line() -> None:
    profile = load_profile("gpu", Settings())
    assert profile.source == Source("hub", "Qwen/Qwen3-8B")
    assert "ntested" in profile.description
    assert profile.command(profile.source.name) == [
        *SERVER,
        *("--model", "Qwen/Qwen3-8B", "--served-model-name", "Qwen/Qwen3-8B", "--host", "127.0.0.1", "--port", "8001"),
        *("--dtype", "auto", "--max-model-len", "8192", "--gpu-memory-utilization", "0.85", "--enable-prefix-caching"),
        *("--default-chat-template-kwargs", '{"enable_thinking": false}'),
        *("--enable-auto-tool-choice", "--tool-call-parser", "hermes", "--tool-strict-level", "parameter"),
    ]


def test_gpu_model_may_be_a_hub_id_or_a_local_folder(tmp_path: Path) -> None:
    assert load_profile("gpu", Settings(model_name="org/model")).source == Source("hub", "org/model")
    local = load_profile("gpu", Settings(model_name=str(tmp_path)))
    assert (local.source, local.model) == (Source("folder", str(tmp_path)), tmp_path.name)


def test_embedded_model_ignores_the_name_of_another() -> None:
    assert load_profile("cpu", Settings(model_name="org/model")).model == "smollm2-135m-instruct"


def test_remote_uses_the_settings() -> None:
    profile = load_profile("remote", Settings(model_url="https://models.example/v1/", model_name="big"))
    assert (profile.server, profile.address, profile.model) == ("none", "https://models.example/v1", "big")
    with pytest.raises(ProfileError, match="starts no model server"):
        profile.command("big")


@pytest.mark.parametrize(
    ("settings", "missing"),
    [
        pytest.param(Settings(model_name="big"), "BECAUSE_MODEL_URL", id="no-address"),
        pytest.param(Settings(model_url="https://models.example/v1"), "BECAUSE_MODEL_NAME", id="no-name"),
        pytest.param(Settings(model_url="models.example", model_name="big"), "must start with http", id="no-scheme"),
    ],
)
def test_remote_says_which_setting_it_lacks(settings: Settings, missing: str) -> None:
    with pytest.raises(ProfileError, match=missing):
        load_profile("remote", settings)


def test_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(ProfileError, match="'tpu'; use one of cpu, cpu-multilingual, gpu, remote"):
        load_profile("tpu", Settings())


VLLM = 'description = "x"\n'
SOURCE = 'source = { hub = "a/b" }\n'


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("description = ", "not valid TOML", id="no-toml"),
        pytest.param(VLLM + SOURCE + "prot = 1", "prot: Extra inputs", id="misspelt"),
        pytest.param(VLLM + SOURCE + "port = 0", "port: ", id="port"),
        pytest.param(VLLM, "needs a source", id="no-source"),
        pytest.param(VLLM + 'source = { hub = "a/b", folder = "c" }', "exactly one", id="two-sources"),
        pytest.param(VLLM + 'source = { hub = "a/b", parts = ["c"] }', "parts need a package", id="parts-of-a-hub"),
        pytest.param(VLLM + SOURCE + 'chat_template = "t"', "a source that is a package", id="template-of-a-hub"),
        pytest.param(VLLM + SOURCE + "[flags]\nport = 1", "set by Because itself", id="own-flag"),
        pytest.param(VLLM + SOURCE + 'server = "none"', "takes no source", id="source-of-none"),
    ],
)
def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path, text: str, problem: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(ProfileError, match=problem) as caught:
        load_profile(str(file), Settings())
    assert "\n" not in str(caught.value)


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        VLLM + 'model = "m"\nport = 8123\nsource = { folder = "/models/m" }\n[flags]\nenforce-eager = false\n'
    )
    profile = load_profile(str(file), Settings())
    assert (profile.name, profile.address) == ("mine", "http://127.0.0.1:8123/v1")
    assert "--no-enforce-eager" in profile.command("/models/m")


@pytest.mark.parametrize(
    ("features", "dtype"),
    [
        pytest.param("flags : fpu avx2 f16c", "float32", id="avx2"),
        pytest.param("flags : avx2 avx512f avx512_bf16", "bfloat16", id="avx512-bf16"),
        pytest.param("Features : fp asimd bf16", "bfloat16", id="arm"),
    ],
)
def test_dtype_is_what_the_processor_computes_in(tmp_path: Path, features: str, dtype: str) -> None:
    file = tmp_path / "cpuinfo"
    file.write_text(features)
    assert cpu_dtype(file) == dtype


@pytest.mark.parametrize(
    ("siblings", "threads"),
    [
        pytest.param({0: "0", 1: "1"}, 2, id="two-cores"),
        pytest.param({0: "0-1", 1: "0-1"}, 1, id="one-core-twice"),
        pytest.param(
            {0: "0,4", 1: "1,5", 2: "2,6", 3: "3,7", 4: "0,4", 5: "1,5", 6: "2,6", 7: "3,7"}, 3, id="four-cores"
        ),
        pytest.param({}, 2, id="not-told"),
    ],
)
def test_of_more_than_two_cores_one_is_left_for_the_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, siblings: dict[int, str], threads: int
) -> None:
    monkeypatch.setattr("os.sched_getaffinity", lambda _: set(siblings) or {0, 1, 2})
    for cpu, shared in siblings.items():
        folder = tmp_path / f"cpu{cpu}" / "topology"
        folder.mkdir(parents=True)
        (folder / "thread_siblings_list").write_text(f"{shared}\n")
    assert cpu_threads(tmp_path) == threads


def test_which_profiles_models_may_call_tools() -> None:
    remote = Settings(model_url="https://models.example/v1", model_name="m")
    profiles = [load_profile(name, remote) for name in ("cpu", "gpu", "remote")]
    assert [profile.tools for profile in profiles] == [False, True, True]
    assert [profile.chooses for profile in profiles] == [False, True, True]


def test_a_profile_says_what_its_model_writes(tmp_path: Path) -> None:
    assert load_profile("cpu", Settings()).writes == {"en"}
    file = tmp_path / "own.toml"
    file.write_text('description = "a model of two languages"\nserver = "none"\nwrites = ["en", "zh"]\n')
    settings = Settings(model_url="https://models.example/v1", model_name="m")
    assert load_profile(str(file), settings).writes == {"en", "zh"}
    file.write_text(file.read_text().replace("zh", "xx"))
    with pytest.raises(ProfileError, match="writes"):
        load_profile(str(file), settings)
