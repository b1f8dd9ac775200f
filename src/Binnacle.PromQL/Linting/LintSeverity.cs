namespace Binnacle.PromQL.Linting;

/// <summary>How sure and how bad a finding is. None of them keeps a rule from being loaded.</summary>
public enum LintSeverity : byte
{
    /// <summary>Worth a look; often it is meant so.</summary>
    Info,

    /// <summary>Most likely not what the author wants.</summary>
    Warning,
}
