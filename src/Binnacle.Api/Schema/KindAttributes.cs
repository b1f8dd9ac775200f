namespace Binnacle.Api.Schema;

/// <summary>Names of a custom resource that its <see cref="Kubernetes.Models.ResourceType"/> does not hold.</summary>
/// <param name="singular">Lower-case singular, for example <c>alertrule</c>.</param>
/// <param name="shortName">What users type, for example <c>arule</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class CustomResourceAttribute(string singular, string shortName) : Attribute
{
    /// <summary>Lower-case singular.</summary>
    public string Singular { get; } = singular;

    /// <summary>Short name.</summary>
    public string ShortName { get; } = shortName;
}

/// <summary>A column of <c>kubectl get</c>; columns appear in the order in which they are declared.</summary>
/// <param name="name">Heading; kubectl prints it in capitals.</param>
/// <param name="type">OpenAPI type: <c>string</c>, <c>integer</c>, <c>date</c> (shown as an age) …</param>
/// <param name="jsonPath">Where the value lies, for example <c>.status.state</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string type, string jsonPath) : Attribute
{
    /// <summary>Heading.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type.</summary>
    public string Type { get; } = type;

    /// <summary>JSONPath of the value, relative to the object.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>True: only <c>kubectl get -o wide</c> shows it.</summary>
    public bool Wide { get; init; }

    /// <summary>What the column means.</summary>
    public string? Description { get; init; }
}

/// <summary>
/// A validation rule in CEL that the API server checks on admission (<c>x-kubernetes-validations</c>). On a type it
/// binds <c>self</c> to the object, on a property to the value. Every list, map and string a rule iterates over needs
/// bounds, or the server refuses the CRD for its estimated cost.
/// </summary>
/// <param name="rule">CEL expression that must be true.</param>
/// <param name="message">What the user reads when it is false: the fault and what would be right.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true)]
public sealed class CelRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>CEL expression.</summary>
    public string Rule { get; } = rule;

    /// <summary>What the user reads.</summary>
    public string Message { get; } = message;
}
