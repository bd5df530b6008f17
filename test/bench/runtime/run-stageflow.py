"""Runs a graph of no-op stages with Python's stageflow, as often as each line of the input says, and answers each line."""
import asyncio
import json
import sys

from stageflow import Pipeline, StageKind, StageOutput
from stageflow.context import ContextSnapshot
from stageflow.helpers import create_stage_context


class Work:
    kind = StageKind.WORK

    def __init__(self, name):
        self.name = name

    async def execute(self, ctx):
        return StageOutput.ok()


async def main():
    pipeline = Pipeline()
    for index, dependencies in enumerate(json.loads(sys.argv[1])):
        name = f"s{index}"
        pipeline = pipeline.with_stage(name, Work(name), StageKind.WORK, dependencies=tuple(f"s{d}" for d in dependencies))
    graph = pipeline.build()
    context = create_stage_context(snapshot=ContextSnapshot(input_text="x"))
    for line in sys.stdin:
        for _ in range(int(line)):
            await graph.run(context)
        print("done", flush=True)


asyncio.run(main())
