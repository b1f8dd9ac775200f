namespace Binnacle.Api;

/// <summary>Condition types in use. All are of positive polarity: a healthy object has only <c>True</c>.</summary>
public static class ConditionTypes
{
    /// <summary>The summary; what <c>kubectl wait --for=condition=Ready</c> reads.</summary>
    public const string Ready = "Ready";

    /// <summary>The content of the object is valid and was rendered.</summary>
    public const string Accepted = "Accepted";

    /// <summary>A stack takes the object.</summary>
    public const string Selected = "Selected";

    /// <summary>Every replica runs with it.</summary>
    public const string Loaded = "Loaded";

    /// <summary>
    /// Nothing in it is doubtful, as far as lints and the data can tell. Unlike the others it is no part of
    /// <see cref="Ready"/>: what is legal runs.
    /// </summary>
    public const string ChecksPassed = "ChecksPassed";

    /// <summary>Every object of the stack is in the cluster as it was rendered.</summary>
    public const string ObjectsApplied = "ObjectsApplied";

    /// <summary>Every component of the stack has its replicas ready.</summary>
    public const string ComponentsReady = "ComponentsReady";

    /// <summary>Every component of the stack runs with the configuration that was rendered last.</summary>
    public const string ConfigLoaded = "ConfigLoaded";
}

/// <summary>Reasons that more than one place writes or reads.</summary>
public static class ConditionReasons
{
    /// <summary>There is no MonitoringStack.</summary>
    public const string NoStackInCluster = "NoStackInCluster";

    /// <summary>The stack's namespaceSelector does not match the object's namespace.</summary>
    public const string NamespaceNotSelected = "NamespaceNotSelected";

    /// <summary>The stack's resourceSelector does not match the object's labels.</summary>
    public const string LabelsNotSelected = "LabelsNotSelected";

    /// <summary>The object's stackRef names a stack that does not exist.</summary>
    public const string StackNotFound = "StackNotFound";

    /// <summary>A validation found errors.</summary>
    public const string Invalid = "Invalid";
}
