"""graphkit: how can this buyer reach that restricted chip, on what evidence, under which rules?"""
